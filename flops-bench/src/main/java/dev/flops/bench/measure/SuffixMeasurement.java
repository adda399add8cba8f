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
import dev.flops.tensor.network.SiteHook;
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
    private static final int WARM_UP_ROUNDS = 1500;

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
        Tensor input = Tensor.zeros(network.inputShape().withLeading(samples).toArray());
        ops.noise().noiseInto(Distribution.GAUSSIAN, INPUT, input);
        Workspace workspace = new Workspace();
        ForwardContext clean = ForwardContext.inference(ops, parameters, workspace);
        Runnable forward = () -> {
            clean.run(network, input);
            workspace.release(0);
        };
        Recording recording = new Recording();
        ForwardContext whole = ForwardContext.recording(ops, parameters, new Workspace(), recording);
        whole.run(network, input);
        int[] exampleOfRow = new int[samples];
        Arrays.setAll(exampleOfRow, row -> row);
        long[] flops = new long[network.sites().size()];
        ForwardContext replay = ForwardContext.replaying(ops, parameters, workspace);
        List<Runnable> replays = new ArrayList<>();
        for (Site site : network.sites()) {
            SiteHook hook =
                    (context, at, in, output) -> at.equals(site) ? perturbed(ops, context, output, samples) : null;
            replays.add(() -> {
                replay.replay(recording, exampleOfRow, samples, hook).run(network, input);
                flops[site.index()] = replay.flops();
                workspace.release(0);
            });
        }
        // A measurement that meets a cold compiler may stop at a plateau before the kernels are compiled.
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            forward.run();
            replays.forEach(Runnable::run);
        }
        Stopwatch stopwatch = new Stopwatch();
        double wholeSeconds = stopwatch.bestSeconds(forward);
        List<SuffixMeasurement> rows = new ArrayList<>();
        for (Site site : network.sites()) {
            double seconds = stopwatch.bestSeconds(replays.get(site.index()));
            double counted = flops[site.index()];
            rows.add(new SuffixMeasurement(
                    site.name(),
                    counted / samples,
                    seconds / samples,
                    counted / whole.flops(),
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
