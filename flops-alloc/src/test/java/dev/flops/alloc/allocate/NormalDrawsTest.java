package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class NormalDrawsTest {
    /**
     * H0: mean 0, variance 1, third moment 0, no covariance within or between pairs. α = 1e-6 over five statistics, β = 1e-3 for δ = 0.02
     * standard deviations of one term; the variances of the terms are those of the normal: 1, 2, 15, 1, 1.
     */
    @Test
    void momentsAreThoseOfTheStandardNormal() {
        double alpha = 1e-6 / 5;
        int count = 2 * PlannedTest.samples(alpha, 1e-3, 0.02);
        double[] x = new double[count];
        NormalDraws.fill(PlannedTest.key("NormalDrawsTest.moments").words(), x);
        double[] sums = new double[5];
        for (int i = 0; i < count; i += 2) {
            sums[0] += x[i] + x[i + 1];
            sums[1] += x[i] * x[i] + x[i + 1] * x[i + 1] - 2;
            sums[2] += x[i] * x[i] * x[i] + x[i + 1] * x[i + 1] * x[i + 1];
            sums[3] += x[i] * x[i + 1];
            sums[4] += i == 0 ? 0 : x[i - 1] * x[i];
        }
        double[] variance = {count, 2.0 * count, 15.0 * count, count / 2.0, count / 2.0 - 1};
        double limit = PlannedTest.normalQuantile(alpha / 2);
        for (int s = 0; s < sums.length; s++) {
            assertThat(Math.abs(sums[s]) / Math.sqrt(variance[s]))
                    .as("statistic %d", s)
                    .isLessThan(limit);
        }
    }

    @Test
    void aNumberDependsOnItsPositionAloneAndNotOnTheLength() {
        RandomKey key = RandomKey.ofSeed(3);
        double[] five = new double[5];
        double[] eight = new double[8];
        NormalDraws.fill(key.words(), five);
        NormalDraws.fill(key.words(), eight);
        assertThat(five).isEqualTo(Arrays.copyOf(eight, 5));
        NormalDraws.fill(key.bits(0, 1), five);
        assertThat(five).doesNotContain(eight);
    }
}
