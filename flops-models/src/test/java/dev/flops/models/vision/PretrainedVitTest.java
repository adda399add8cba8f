package dev.flops.models.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters.Parameter;
import dev.flops.models.data.FashionMnist;
import dev.flops.models.data.UciDigits;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PretrainedVitTest {
    private static double accuracy(Network network, LabelledExamples data) {
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        PackedParameters packed = new PackedParameters(ops, network);
        Workspace workspace = new Workspace();
        int hits = 0;
        for (int i = 0; i < data.size(); i++) {
            Tensor image = workspace.take(Shape.of(1, 28, 28, 1));
            data.readInto(i, image.array(), image.offset());
            float[] logits = ForwardContext.inference(ops, packed, workspace)
                    .run(network, image)
                    .tensor()
                    .toArray();
            int best = 0;
            for (int c = 1; c < logits.length; c++) {
                best = logits[c] > logits[best] ? c : best;
            }
            hits += best == data.label(i) ? 1 : 0;
            workspace.release(0);
        }
        return (double) hits / data.size();
    }

    /** The accuracy that its maker measured and wrote into it, to the last example. */
    @Test
    void itIsAsGoodAsItSays() {
        double stated = Double.parseDouble(PretrainedVit.metadata().getOrDefault("testAccuracy", "0"));
        assertThat(stated).isGreaterThan(0.85);
        assertThat(accuracy(PretrainedVit.create(), FashionMnist.embeddedTest()))
                .isEqualTo(stated);
    }

    /** What adapting begins with: digits were never seen, and the classes mean something else. */
    @Test
    void digitsAreNewToIt() {
        assertThat(accuracy(PretrainedVit.create(), UciDigits.test())).isLessThan(0.25);
    }

    @Test
    void aNewHeadChangesNothingElse() {
        Network body = PretrainedVit.createBody(3, 5);
        Network whole = PretrainedVit.create();
        assertThat(body.outputs()).isEqualTo(3);
        assertThat(body.parameters().get("head.weight").shape()).containsExactly(3, 48);
        for (Parameter p : body.parameters().list()) {
            if (!p.name().startsWith("head.")) {
                Parameter of = whole.parameters().get(p.name());
                assertThat(Arrays.copyOfRange(body.parameters().values(), p.offset(), p.offset() + p.length()))
                        .isEqualTo(Arrays.copyOfRange(
                                whole.parameters().values(), of.offset(), of.offset() + of.length()));
            }
        }
        assertThat(PretrainedVit.createBody(3, 6).parameters().values())
                .isNotEqualTo(body.parameters().values());
    }

    @Test
    void itSaysHowItWasMade() {
        assertThat(PretrainedVit.metadata())
                .containsEntry("model", PretrainedVit.CONFIG.toString())
                .containsEntry("format", "pt")
                .containsKeys("command", "data", "seed", "epochs");
        assertThat(PretrainedVit.metadata().get("command")).startsWith("./flops pretrain ");
    }

    @Test
    void theFileIsSmall() throws IOException {
        try (InputStream in = PretrainedVit.class.getResourceAsStream("fashion-mnist-vit.safetensors")) {
            assertThat(in).isNotNull();
            assertThat(in.readAllBytes()).hasSizeLessThan(3_000_000);
        }
    }

    @Test
    void everyNetworkHasWeightsOfItsOwn() {
        Network first = PretrainedVit.create();
        float before = first.parameters().values()[0];
        PretrainedVit.create().parameters().values()[0] = before + 1;
        assertThat(first.parameters().values()[0]).isEqualTo(before);
        assertThat(PretrainedVit.create().parameters().values()[0]).isEqualTo(before);
    }
}
