package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.tensor.spec.SimdWidth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Widths are read by the names they are printed with. */
class SimdWidthTest {
    @ParameterizedTest
    @EnumSource
    void parseReadsWhatToStringWrites(SimdWidth width) {
        assertThat(SimdWidth.parse(width.toString())).isEqualTo(width);
    }

    @Test
    void anErrorListsTheChoices() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimdWidth.parse("1024"))
                .withMessage("simd = \"1024\", expected one of auto, 512, 256, 128, scalar");
    }
}
