package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Recording;
import dev.flops.tensor.network.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a sample of layer-wise estimation costs at each site: the forward is replayed behind the site, as a chunk of samples,
 * on one thread.
 *
 * @param site name of the site
 * @param flops floating-point operations of one sample, as the ledger counts them
 * @param seconds time of one sample, its noise included
 * @param flopsOfWhole flops over those of a whole forward of one example
 * @param secondsOfWhole seconds over those of a whole forward of one example, in a chunk of as many
 */
public record SuffixMeasurement(String site, double flops, double seconds, double flopsOfWhole, double secondsOfWhole) {
    /** The vision transformer of the first training task. */
    public static final VisionTransformerConfig SMALL_VIT = new VisionTransformerConfig(28, 1, 7, 48, 2, 3, 192, 10);

    private static final NoiseAddress INPUT = new NoiseAddress(RandomKey.ofSeed(20250101), 0, 0);
    private static final float SIGMA = 0.05f;

    /**
     * Measures a vision transformer with random weights, for about two seconds a site.
     *
     * @param ops operations on the kernels to be measured
     * @param config the network
     * @param samples samples of a chunk, one example each
     * @return one row per site, in forward order
     */
    public static List<SuffixMeasurement> of(TensorOps ops, VisionTransformerConfig config, int samples) {
        Network network = VisionTransformer.create(config, 1);
        PackedParameters parameters = new PackedParameters(ops, network);
        int[] extents = new int[network.inputShape().rank() + 1];
        extents[0] = samples;
        System.arraycopy(network.inputShape().toArray(), 0, extents, 1, extents.length - 1);
        Tensor input = Tensor.zeros(extents);
        ops.noise().noiseInto(Distribution.GAUSSIAN, INPUT, input);
        Stopwatch stopwatch = new Stopwatch();
        Workspace clean = new Workspace();
        Runnable forward = () -> {
            ForwardContext.inference(ops, parameters, clean).run(network, input);
            clean.release(0);
        };
        // The first measurement of all meets a cold compiler; the second counts.
        double wholeSeconds = 0;
        for (int measurement = 0; measurement < 2; measurement++) {
            wholeSeconds = stopwatch.bestSeconds(forward);
        }
        Recording recording = new Recording();
        ForwardContext whole = ForwardContext.recording(ops, parameters, clean, recording);
        whole.run(network, input);
        int[] exampleOfRow = new int[samples];
        Arrays.setAll(exampleOfRow, row -> row);
        Workspace workspace = new Workspace();
        List<SuffixMeasurement> rows = new ArrayList<>();
        for (Site site : network.sites()) {
            long[] flops = new long[1];
            double seconds = stopwatch.bestSeconds(() -> {
                ForwardContext replay = ForwardContext.replaying(
                        ops,
                        parameters,
                        workspace,
                        recording,
                        exampleOfRow,
                        samples,
                        (context, at, in, output) -> at.equals(site) ? perturbed(ops, context, output, samples) : null);
                replay.run(network, input);
                flops[0] = replay.flops();
                workspace.release(0);
            });
            rows.add(new SuffixMeasurement(
                    site.name(),
                    (double) flops[0] / samples,
                    seconds / samples,
                    (double) flops[0] / whole.flops(),
                    seconds / wholeSeconds));
        }
        return rows;
    }

    private static Tensor perturbed(TensorOps ops, ForwardContext context, Activation output, int samples) {
        Tensor out = context.newSampleTensor(output);
        for (int row = 0; row < samples; row++) {
            NoiseAddress address = new NoiseAddress(INPUT.key(), 1, row);
            ops.noise().addNoiseToRowInto(Distribution.GAUSSIAN, address, SIGMA, output.tensor(), row, out, row);
        }
        return out;
    }
}
