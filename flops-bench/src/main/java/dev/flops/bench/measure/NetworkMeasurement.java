package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.models.vision.VisionPreset;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a forward of a whole network costs: random weights, packed beforehand, by the clock, medians over rounds in which one
 * forward on one thread, two forwards on two threads, and the peak of fused multiply-adds take turns.
 *
 * @param network name of the network
 * @param examples examples of a forward
 * @param flops floating-point operations of a forward, as the ledger counts them
 * @param seconds of a forward on one thread
 * @param shareOfPeak flops a second over the peak of one thread, median of the rounds' ratios
 * @param twoOverOne forwards a second of two threads over those of one, median of the rounds' ratios
 * @param timeByOperation share of each kind of operation in the time, the largest first, those below 1 % left out
 */
public record NetworkMeasurement(
        String network,
        int examples,
        double flops,
        double seconds,
        double shareOfPeak,
        double twoOverOne,
        Map<String, Double> timeByOperation) {
    private static final NoiseAddress INPUT = new NoiseAddress(RandomKey.ofSeed(20250101), 0, 0);
    private static final double WARM_UP_SECONDS = 8;

    /** Long enough that a disturbance of one of two threads does not decide. */
    private static final double ROUND_SECONDS = 1;

    private static final int PEAK_ROUNDS = 1_000_000;
    private static final int ROUNDS = 9;

    /**
     * What is measured.
     *
     * @param preset the network
     * @param examples examples of a forward
     */
    public record Case(VisionPreset preset, int examples) {}

    /** The networks of docs/performance.md. */
    public static final List<Case> CASES = List.of(
            new Case(VisionPreset.VIT_BASE_PATCH16_224, 1),
            new Case(VisionPreset.VIT_BASE_PATCH16_224, 8),
            new Case(VisionPreset.VIT_TINY_PATCH16_224, 8),
            new Case(VisionPreset.VIT_MINI_PATCH4_32, 64),
            new Case(VisionPreset.RESNET20_32, 64),
            new Case(VisionPreset.VGG8_32, 64));

    /**
     * Measures one network.
     *
     * @param ops operations on the kernels to be measured
     * @param workers two of them
     * @param measured network and examples
     * @return the measurement
     */
    public static NetworkMeasurement of(TensorOps ops, Workers workers, Case measured) {
        Forward forward = new Forward(ops, measured);
        long begun = System.nanoTime();
        int warm = 0;
        while (seconds(begun) < WARM_UP_SECONDS) {
            forward.run(0);
            forward.run(1);
            peak(ops);
            warm += 2;
        }
        int repeats = Math.max(1, (int) (ROUND_SECONDS * warm / WARM_UP_SECONDS));
        double[] times = new double[ROUNDS];
        double[] shares = new double[ROUNDS];
        double[] gains = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double peak = peak(ops);
            times[round] = forward.seconds(Workers.callingThread(), 1, repeats);
            shares[round] = forward.flops / times[round] / Math.max(peak, peak(ops));
            gains[round] = 2 * times[round] / forward.seconds(workers, 2, repeats);
        }
        return new NetworkMeasurement(
                measured.preset().toString(),
                measured.examples(),
                forward.flops,
                median(times),
                median(shares),
                median(gains),
                forward.timeByOperation());
    }

    /** Operations a second. */
    private static double peak(TensorOps ops) {
        long begun = System.nanoTime();
        float sum = FmaPeak.run(ops.kernelName(), PEAK_ROUNDS);
        double seconds = seconds(begun);
        if (Float.isNaN(sum)) {
            throw new IllegalStateException("chains = NaN, expected finite numbers");
        }
        return FmaPeak.operations(ops.kernelName(), PEAK_ROUNDS) / seconds;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    /** Forwards of a network; each worker has its own memory. */
    private static final class Forward {
        private final TensorOps ops;
        private final Network network;
        private final PackedParameters parameters;
        private final Tensor input;
        private final Workspace[] workspaces = {new Workspace(), new Workspace()};
        private final ForwardContext[] contexts = new ForwardContext[workspaces.length];
        private long flops;

        Forward(TensorOps ops, Case measured) {
            this.ops = ops;
            network = measured.preset().create(3, measured.preset().name().endsWith("_224") ? 1000 : 10, 1);
            parameters = new PackedParameters(ops, network);
            Arrays.setAll(contexts, worker -> ForwardContext.inference(ops, parameters, workspaces[worker]));
            input = Tensor.zeros(
                    network.inputShape().withLeading(measured.examples()).toArray());
            ops.noise().noiseInto(Distribution.GAUSSIAN, INPUT, input);
        }

        void run(int worker) {
            ForwardContext context = contexts[worker];
            context.run(network, input);
            workspaces[worker].release(0);
            if (worker == 0) {
                flops = context.flops();
            }
        }

        /** Of one forward, where as many tasks as workers run so many each. */
        double seconds(Workers workers, int tasks, int repeats) {
            long begun = System.nanoTime();
            workers.forEach(tasks, (worker, _) -> {
                for (int repeat = 0; repeat < repeats; repeat++) {
                    run(worker);
                }
            });
            return NetworkMeasurement.seconds(begun) / repeats;
        }

        /** From an operation's end to the next one's. */
        Map<String, Double> timeByOperation() {
            Map<String, Double> sums = new TreeMap<>();
            for (int round = -1; round < ROUNDS; round++) {
                long[] last = {System.nanoTime()};
                ForwardContext.listening(ops, parameters, workspaces[0], (operation, _) -> {
                            sums.merge(
                                    operation.getClass().getSimpleName(),
                                    NetworkMeasurement.seconds(last[0]),
                                    Double::sum);
                            last[0] = System.nanoTime();
                        })
                        .run(network, input);
                workspaces[0].release(0);
                if (round < 0) {
                    sums.clear(); // The workspace has grown: nothing of a forward that listens is given back before
                    // its end.
                }
            }
            double total =
                    sums.values().stream().mapToDouble(Double::doubleValue).sum();
            Map<String, Double> shares = new LinkedHashMap<>();
            sums.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .filter(entry -> entry.getValue() >= 0.01 * total)
                    .forEach(entry -> shares.put(entry.getKey(), entry.getValue() / total));
            return shares;
        }
    }
}
