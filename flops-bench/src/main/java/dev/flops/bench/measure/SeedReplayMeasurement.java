package dev.flops.bench.measure;

import dev.flops.alloc.estimate.MezoConfig;
import dev.flops.alloc.estimate.MezoEstimator;
import dev.flops.alloc.estimate.NetworkBlackBox;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.LabelledExamples;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Perturbation;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.ParameterSource;
import dev.flops.tensor.network.StreamedParameters;
import java.util.Arrays;

/**
 * What seed replay (MeZO) costs on a network with random weights, on one thread: forwards at θ, at θ + σ ε and at both points
 * of a pair, all with weights packed in passing, in turns; and one step of the estimator, by its ledger.
 *
 * @param parameters number of parameters
 * @param examples examples of a forward
 * @param cleanSeconds a forward at θ
 * @param perturbedSeconds a forward at θ + σ ε
 * @param pairSeconds a forward at θ + σ ε and θ − σ ε
 * @param perturbedToClean median over the rounds of the ratio of their times
 * @param pairToTwoClean median over the rounds of the ratio of a pair to two clean forwards
 * @param parameterBytes memory of the parameters
 * @param forwardBytes memory of one clean forward: its input and activations
 * @param peakBytes the most that a step of the estimator held, by its ledger
 * @param peakToParametersAndForward peakBytes over the sum of the two before it
 */
public record SeedReplayMeasurement(
        int parameters,
        int examples,
        double cleanSeconds,
        double perturbedSeconds,
        double pairSeconds,
        double perturbedToClean,
        double pairToTwoClean,
        long parameterBytes,
        long forwardBytes,
        long peakBytes,
        double peakToParametersAndForward) {
    /** ViT-B/16 at 224 pixels, 1,000 classes. */
    public static final VisionTransformerConfig VIT_B =
            new VisionTransformerConfig(224, 3, 16, 768, 12, 12, 3072, 1000);

    private static final RandomKey KEY = RandomKey.ofSeed(20250101);
    private static final float SIGMA = 1e-3f;

    /**
     * Measures.
     *
     * @param ops operations on the kernels to be measured
     * @param config the network
     * @param examples examples of a forward
     * @param rounds rounds of one forward of each kind, at least 1; one more warms up
     * @return the measurement
     */
    public static SeedReplayMeasurement of(TensorOps ops, VisionTransformerConfig config, int examples, int rounds) {
        Network network = VisionTransformer.create(config, 1);
        Parameters theta = network.parameters();
        NoiseAddress address = new NoiseAddress(KEY, 0, 0);
        ParameterSource[] sources = {
            StreamedParameters.at(ops, theta, theta.values(), 0),
            StreamedParameters.perturbed(ops, theta, new Perturbation(Distribution.GAUSSIAN, address, SIGMA, false)),
            StreamedParameters.perturbed(ops, theta, new Perturbation(Distribution.GAUSSIAN, address, SIGMA, true))
        };
        LabelledExamples data = new NoiseImages(ops, network, examples);
        Workspace[] workspaces = {new Workspace(), new Workspace(), new Workspace()};
        double[][] seconds = new double[sources.length][rounds];
        Stopwatch stopwatch = new Stopwatch();
        for (int round = -1; round < rounds; round++) {
            for (int kind = 0; kind < sources.length; kind++) {
                ParameterSource source = sources[kind];
                Workspace workspace = workspaces[kind];
                double elapsed =
                        stopwatch.seconds(() -> forward(ops, network, source, data, source.variants(), workspace));
                if (round >= 0) {
                    seconds[kind][round] = elapsed;
                }
            }
        }
        long parameterBytes = (long) theta.dimension() * Float.BYTES;
        long forwardBytes = workspaces[0].bytes();
        long peakBytes = peakBytesOfAStep(ops, network, data);
        return new SeedReplayMeasurement(
                theta.dimension(),
                examples,
                median(seconds[0]),
                median(seconds[1]),
                median(seconds[2]),
                medianRatio(seconds[1], seconds[0], 1),
                medianRatio(seconds[2], seconds[0], 2),
                parameterBytes,
                forwardBytes,
                peakBytes,
                (double) peakBytes / (parameterBytes + forwardBytes));
    }

    private static void forward(
            TensorOps ops,
            Network network,
            ParameterSource source,
            LabelledExamples data,
            int copies,
            Workspace workspace) {
        int[] shape = network.inputShape().toArray();
        int length = network.inputShape().elements();
        int rows = copies * data.size();
        Tensor input = workspace.take(Shape.of(rows, shape[0], shape[1], shape[2]));
        for (int row = 0; row < rows; row++) {
            data.readInto(row % data.size(), input.array(), input.offset() + row * length);
        }
        ForwardContext.inference(ops, source, workspace).run(network, input);
        workspace.release(0);
    }

    private static long peakBytesOfAStep(TensorOps ops, Network network, LabelledExamples data) {
        NetworkBlackBox box = new NetworkBlackBox(network, data, ops, Workers.callingThread());
        MezoConfig config = new MezoConfig(Distribution.GAUSSIAN, SIGMA, true);
        int[] batch = new int[data.size()];
        Arrays.setAll(batch, i -> i);
        CostLedger ledger = new CostLedger();
        new MezoEstimator(box, network.parameters(), ops, config)
                .begin(0, batch, KEY, ledger)
                .descendInPlace(Allocation.equal(batch.length, batch.length), 1e-6);
        return ledger.peakBytes();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double medianRatio(double[] seconds, double[] clean, int forwards) {
        double[] ratios = new double[seconds.length];
        Arrays.setAll(ratios, round -> seconds[round] / (forwards * clean[round]));
        return median(ratios);
    }

    /** Images of standard normal pixels, generated when read. */
    private record NoiseImages(TensorOps ops, Network network, int size) implements LabelledExamples {
        @Override
        public int[] exampleShape() {
            return network.inputShape().toArray();
        }

        @Override
        public int classes() {
            return network.outputs();
        }

        @Override
        public int label(int example) {
            return example % network.outputs();
        }

        @Override
        public void readInto(int example, float[] out, int offset) {
            NoiseAddress address = new NoiseAddress(KEY, 1, example);
            ops.noise().noiseInto(Distribution.GAUSSIAN, address, Tensor.view(network.inputShape(), out, offset));
        }
    }
}
