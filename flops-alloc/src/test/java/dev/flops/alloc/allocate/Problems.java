package dev.flops.alloc.allocate;

import dev.flops.api.AllocationRequest;
import dev.flops.api.RandomKey;
import dev.flops.api.StepSignals;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Requests for allocators: what a batch may look like, the unusual included. */
final class Problems {
    private Problems() {}

    /** A request with every signal that an allocator may work from. */
    static AllocationRequest complete(long seed) {
        AllocationRequest request = random(seed);
        SplittableRandom random = new SplittableRandom(~seed);
        int batch = request.batchSize();
        float[] losses = new float[batch];
        float[] errorNorms = new float[batch];
        boolean allEqual = random.nextInt(5) == 0;
        boolean allZero = random.nextInt(5) == 0;
        for (int i = 0; i < batch; i++) {
            losses[i] = allEqual ? 0.1f : random.nextInt(8) == 0 ? 0f : (float) (4 * random.nextGaussian());
            errorNorms[i] = allZero ? 0 : (float) random.nextDouble(Math.sqrt(2));
        }
        if (random.nextInt(5) == 0) {
            losses[random.nextInt(batch)] = Float.MAX_VALUE;
        }
        StepSignals signals = new StepSignals(3, examples(batch), losses, errorNorms, variances(random, batch));
        double flops = random.nextBoolean() ? Double.NaN : StrictMath.exp(20 * random.nextDouble());
        return new AllocationRequest(
                signals, request.rememberedVariances(), request.samples(), request.minimum(), request.key(), flops);
    }

    static AllocationRequest random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int batch = random.nextInt(1, 41);
        int minimum = random.nextInt(1, 4);
        int samples = batch * minimum + (random.nextInt(4) == 0 ? 0 : random.nextInt(10 * batch + 1));
        float[] losses = new float[random.nextBoolean() ? batch : 0];
        float[] errorNorms = new float[random.nextBoolean() ? batch : 0];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = random.nextInt(8) == 0 ? 0f : (float) (4 * random.nextGaussian());
        }
        for (int i = 0; i < errorNorms.length; i++) {
            errorNorms[i] = (float) random.nextDouble(Math.sqrt(2));
        }
        StepSignals signals = new StepSignals(3, examples(batch), losses, errorNorms);
        RandomKey key = RandomKey.ofSeed(random.nextLong());
        return new AllocationRequest(signals, variances(random, batch), samples, minimum, key);
    }

    /** Variances of which some, all or none are known, equal, 0, tiny or huge. */
    static double[] variances(SplittableRandom random, int batch) {
        double[] variances = new double[batch];
        int kind = random.nextInt(6);
        for (int i = 0; i < batch; i++) {
            double usual = StrictMath.exp(2 * random.nextGaussian());
            variances[i] = switch (kind) {
                case 0 -> Double.NaN;
                case 1 -> 0;
                case 2 -> 1.5;
                case 3 -> usual;
                case 4 -> random.nextBoolean() ? Double.NaN : usual;
                default -> unusual(random, usual);
            };
        }
        return variances;
    }

    private static double unusual(SplittableRandom random, double usual) {
        return switch (random.nextInt(6)) {
            case 0 -> Double.NaN;
            case 1 -> 0;
            case 2 -> Double.MIN_VALUE;
            case 3 -> 1e300;
            default -> usual;
        };
    }

    static int[] examples(int batch) {
        int[] examples = new int[batch];
        Arrays.setAll(examples, i -> 7 * i + 1);
        return examples;
    }

    /** A request that knows nothing of its examples but these remembered variances. */
    static AllocationRequest remembering(double[] remembered, int samples, int minimum, RandomKey key) {
        StepSignals signals = new StepSignals(0, examples(remembered.length), new float[0], new float[0]);
        return new AllocationRequest(signals, remembered, samples, minimum, key);
    }
}
