package dev.flops.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.blackbox.OnnxForward;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Another runtime computes from the written graph what the network does. */
final class OnnxVitTest {
    private static final VisionTransformerConfig CONFIG = new VisionTransformerConfig(12, 3, 4, 16, 3, 2, 40, 7);
    private static final int EXAMPLES = 2;

    @Test
    void onnxRuntimeGivesTheNetworksLogits() {
        SplittableRandom random = new SplittableRandom(1);
        Network network = VisionTransformer.create(CONFIG, 3);
        float[] values = network.parameters().values();
        for (int e = 0; e < values.length; e++) {
            // Biases and normalisations begin at constants, which would hide exchanged parameters.
            values[e] += (float) (0.2 * random.nextDouble() - 0.1);
        }
        Tensor images = Tensor.zeros(EXAMPLES, 12, 12, 3);
        float[] planes = new float[images.elements()];
        for (int e = 0; e < planes.length; e++) {
            planes[e] = (float) random.nextDouble();
            int image = e / (3 * 144);
            images.array()[(image * 144 + e % 144) * 3 + e / 144 % 3] = planes[e];
        }
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        float[] logits = ForwardContext.inference(ops, new PackedParameters(ops, network), new Workspace())
                .run(network, images)
                .tensor()
                .toArray();
        byte[] graph = OnnxVit.of(CONFIG, network.parameters(), EXAMPLES);
        try (OnnxForward forward = OnnxForward.of(graph, OnnxVit.INPUT, OnnxVit.OUTPUT, planes, EXAMPLES, 3, 12, 12)) {
            float[] others = forward.output();
            assertThat(others).hasSameSizeAs(logits);
            for (int e = 0; e < logits.length; e++) {
                assertThat(Math.abs(others[e] - logits[e])).isLessThan(1e-5f * (1 + Math.abs(logits[e])));
            }
            assertThat(forward.run()).isEqualTo(others[0]);
        }
    }
}
