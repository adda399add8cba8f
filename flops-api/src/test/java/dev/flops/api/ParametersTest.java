package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ParametersTest {
    private static Parameters layout() {
        Parameters.Builder builder = Parameters.builder();
        builder.add("body.weight", 3, 4);
        builder.add("body.bias", 3);
        builder.add("head.weight", 2, 3);
        return builder.build();
    }

    @Test
    void laysParametersOutOneAfterTheOther() {
        Parameters parameters = layout();
        assertThat(parameters.dimension()).isEqualTo(21);
        assertThat(parameters.get("head.weight").offset()).isEqualTo(15);
        assertThat(parameters.get("head.weight").shape()).containsExactly(2, 3);
    }

    @Test
    void aSelectionSharesTheValues() {
        Parameters parameters = layout();
        Parameters head = parameters.select(name -> name.startsWith("head"));
        head.values()[20] = 7;
        assertThat(parameters.values()[20]).isEqualTo(7);
        assertThat(head.sharesValuesWith(parameters)).isTrue();
        assertThat(head.sharesValuesWith(layout())).isFalse();
        assertThat(head.trainableDimension()).isEqualTo(6);
        assertThat(parameters.trainableDimension()).isEqualTo(21);
    }

    @Test
    void refusesWhatItCannotMean() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout().select(name -> name.equals("tail")))
                .withMessageContaining("selects none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout().get("tail"))
                .withMessageContaining("body.weight");
        Parameters.Builder builder = Parameters.builder();
        builder.add("a", 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("a", 3))
                .withMessageContaining("name = a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("b", 3, 0))
                .withMessage("shape[1] = 0 of b, expected >= 1");
    }
}
