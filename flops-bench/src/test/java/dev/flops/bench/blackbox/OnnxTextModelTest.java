package dev.flops.bench.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class OnnxTextModelTest {
    /** Vectors of three tokens, small whole numbers: means of two are exact. */
    private static final byte[] GRAPH = OnnxGraph.tokenTable(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

    @Test
    void aTextIsTheMeanOfItsTokens() {
        try (OnnxTextModel model = OnnxTextModel.of("table", GRAPH, "tokens")) {
            assertThat(model.features()).isEqualTo(2);
            assertThat(model.meanOverTokens(new long[] {2})).containsExactly(5, 6);
            assertThat(model.meanOverTokens(new long[] {0, 1})).containsExactly(2, 3);
            assertThat(model.meanOverTokens(new long[] {0, 1, 1, 2})).containsExactly(3, 4);
        }
    }

    @Test
    void whatTheGraphRefusesIsSaid() {
        try (OnnxTextModel model = OnnxTextModel.of("table", GRAPH, "tokens")) {
            assertThatThrownBy(() -> model.meanOverTokens(new long[] {0, 3}))
                    .isInstanceOf(BlackBoxException.class)
                    .hasMessageContaining("failed on 2 tokens");
            assertThatThrownBy(() -> model.meanOverTokens(new long[0])).hasMessage("ids.length = 0, expected >= 1");
        }
    }

    @Test
    void wrongNamesAndShapesAreRefused() {
        assertThatThrownBy(() -> OnnxTextModel.of("table", GRAPH, "last_hidden_state"))
                .hasMessage("output = last_hidden_state, expected one of [tokens]");
        byte[] rows = OnnxGraph.product(new float[] {1, 0, 0, 1}, 2, 2, true);
        assertThatThrownBy(() -> OnnxTextModel.of("rows", rows, "y"))
                .hasMessage("input = input_ids, expected one of [x]");
        assertThatThrownBy(() -> OnnxTextModel.of("junk", new byte[] {1, 2, 3}, "tokens"))
                .hasMessageContaining("junk cannot be used, expected an ONNX graph");
    }
}
