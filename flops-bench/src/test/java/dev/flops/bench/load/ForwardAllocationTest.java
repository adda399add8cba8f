package dev.flops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.layer.ChannelNorm;
import dev.flops.models.vision.ResNet;
import dev.flops.models.vision.ResNetConfig;
import dev.flops.models.vision.Vgg;
import dev.flops.models.vision.VggConfig;
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
import dev.flops.tensor.spec.SimdWidth;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forwards of a context that is kept allocate nothing, not a byte. A vector is an object until its kernel is compiled, so that a forward is
 * repeated until it allocates nothing; if one does at all, it does for ever.
 */
class ForwardAllocationTest {
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);

    private static final int EXAMPLES = 3;

    private static final int[] EXAMPLE_OF_ROW = {0, 0, 1, 2, 2};

    /** Long enough for a slow machine to compile what the small networks run. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static List<Network> networks() {
        ResNetConfig residual =
                new ResNetConfig(16, 2, ResNetConfig.Stem.LARGE, List.of(4, 6), 2, ChannelNorm.Kind.GROUP, 3);
        ResNetConfig frozen =
                new ResNetConfig(9, 2, ResNetConfig.Stem.SMALL, List.of(4, 6), 1, ChannelNorm.Kind.FROZEN_BATCH, 3);
        Network transformer = VisionTransformer.create(new VisionTransformerConfig(12, 2, 3, 16, 3, 2, 40, 5), 3);
        return List.of(
                transformer,
                new LowRankAdapter(2, 3, name -> name.endsWith("qkv")).attachTo(transformer, 4),
                ResNet.create(residual, 1),
                ResNet.create(frozen, 1),
                Vgg.create(new VggConfig(12, 2, List.of(3, 5), 2, 8, 3), 2));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void forwardsAllocateNothing(Network network) {
        Tensor input = Tensor.zeros(network.inputShape().withLeading(EXAMPLES).toArray());
        PackedParameters parameters = new PackedParameters(OPS, network);
        Workspace workspace = new Workspace();
        Recording recording = new Recording();
        ForwardContext recorder = ForwardContext.recording(OPS, parameters, workspace, recording);
        assertThat(leastBytes(() -> {
                    workspace.release(0);
                    recorder.run(network, input);
                }))
                .as("recording %s", network.name())
                .isZero();
        Workspace own = new Workspace();
        ForwardContext inference = ForwardContext.inference(OPS, parameters, own);
        assertThat(leastBytes(() -> {
                    inference.run(network, input);
                    own.release(0);
                }))
                .as("inference of %s", network.name())
                .isZero();
        ForwardContext replaying = ForwardContext.replaying(OPS, parameters, own);
        CopyAt hook = new CopyAt();
        assertThat(leastBytes(() -> {
                    for (hook.site = 0; hook.site < network.sites().size(); hook.site++) {
                        replaying
                                .replay(recording, EXAMPLE_OF_ROW, EXAMPLE_OF_ROW.length, hook)
                                .run(network, input);
                        own.release(0);
                    }
                }))
                .as("replays of %s", network.name())
                .isZero();
    }

    /** Bytes of the thriftiest forward beyond those of looking at them, at the latest when patience ends. */
    private static long leastBytes(Runnable forward) {
        long looking = Long.MAX_VALUE;
        for (int i = 0; i < 100; i++) {
            looking = Math.min(looking, bytes(() -> {}));
        }
        long least = Long.MAX_VALUE;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (least > looking && System.nanoTime() < end) {
            least = Math.min(least, bytes(forward));
        }
        return least - looking;
    }

    private static long bytes(Runnable work) {
        long before = THREAD.getCurrentThreadAllocatedBytes();
        work.run();
        return THREAD.getCurrentThreadAllocatedBytes() - before;
    }

    /** Puts the clean rows of the samples in place of a site's output. */
    private static final class CopyAt implements SiteHook {
        private int site;

        @Override
        public @Nullable Tensor at(ForwardContext context, Site at, Activation input, Activation output) {
            if (at.index() != site) {
                return null;
            }
            Tensor copy = context.newSampleTensor(output);
            OPS.elementwise().gatherInto(output.tensor(), EXAMPLE_OF_ROW, copy);
            return copy;
        }
    }
}
