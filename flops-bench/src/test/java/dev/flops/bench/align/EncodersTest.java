package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.bench.blackbox.OnnxGraph;
import dev.flops.bench.blackbox.OnnxTextModel;
import dev.flops.bench.task.WorkerPool;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EncodersTest {
    @Test
    void textsOfLikeMeaningAreNearer() throws IOException {
        try (MiniLm encoder = MiniLm.open()) {
            float[] dog = encoder.encode("a dog");
            assertThat(dog).hasSize(MiniLm.LENGTH);
            assertThat(dot(dog, dog)).isCloseTo(1, within(1e-6));
            assertThat(dot(dog, encoder.encode("puppy")))
                    .isGreaterThan(dot(dog, encoder.encode("train station")) + 0.2);
            assertThat(encoder.encode("a dog")).as("no text influences another").containsExactly(dog);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void agraphThatTakesNoTokensIsRefused() {
        byte[] product = OnnxGraph.product(new float[] {1, 0, 0, 1}, 2, 2, true);
        assertThatThrownBy(() -> OnnxTextModel.of("product", product, "y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input_ids");
    }

    @Test
    void theEmbeddedImageEncoderIsTheOneThatItsCommandMakes() {
        assertThat(EmojiEncoder.metadata())
                .hasEntrySatisfying("command", command -> assertThat(command).startsWith("./flops dictionary "));
    }

    @Test
    void featuresAreTheSameOnAllThreadsAndWidths() {
        EmojiSheet sheet = EmojiSheet.read(EmojiSheet.Style.GOOGLE);
        List<Integer> some = List.of(3, 700, 1635);
        List<Tensor> one =
                EmojiEncoder.pretrained(TensorOps.of(SimdWidth.AUTO)).encode(sheet, some, Workers.callingThread());
        try (WorkerPool pool = new WorkerPool(3)) {
            List<Tensor> two =
                    EmojiEncoder.pretrained(TensorOps.of(SimdWidth.SCALAR)).encode(sheet, some, pool.workers());
            for (int kind = 0; kind < one.size(); kind++) {
                assertThat(two.get(kind).toArray())
                        .containsExactly(one.get(kind).toArray());
            }
        }
        assertThat(one).extracting(kind -> kind.shape().extent(1)).containsExactly(6400, 1764, 256);
    }
}
