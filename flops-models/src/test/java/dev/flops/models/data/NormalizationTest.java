package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTest {
    @Test
    void isTheStatedFormulaForEveryByte() {
        BigDecimal mean = new BigDecimal("0.2860");
        BigDecimal deviation = new BigDecimal("0.3530");
        float[] table = FashionMnist.NORMALIZATION.table();
        assertThat(table).hasSize(256);
        for (int p = 0; p < 256; p++) {
            float exact = BigDecimal.valueOf(p)
                    .divide(BigDecimal.valueOf(255), MathContext.DECIMAL128)
                    .subtract(mean)
                    .divide(deviation, MathContext.DECIMAL128)
                    .floatValue();
            assertThat(table[p]).as("byte %d", p).isEqualTo(exact);
            assertThat(FashionMnist.NORMALIZATION.apply(p)).isEqualTo(exact);
        }
    }

    @Test
    void noneScalesToTheUnitInterval() {
        assertThat(Normalization.none().apply(0)).isZero();
        assertThat(Normalization.none().apply(51)).isEqualTo(0.2f);
        assertThat(Normalization.none().apply(255)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void refusesWhatIsNotAByte(int value) {
        assertThatThrownBy(() -> Normalization.none().apply(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value = " + value + ", expected 0 <= value < 256");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesImpossibleDeviations(double deviation) {
        assertThatThrownBy(() -> new Normalization(0, deviation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("standardDeviation = " + deviation);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesImpossibleMeans(double mean) {
        assertThatThrownBy(() -> new Normalization(mean, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("mean = " + mean);
    }
}
