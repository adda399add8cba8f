package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class VarianceSplitTest {
    @Test
    void twoStepsByHand() {
        VarianceSplit split = new VarianceSplit(1);
        Allocation n = Allocation.of(1, 2);
        split.add(new float[] {1, 0}, new double[] {4, 8}, n);
        assertThat(split.minibatch()).isNaN();
        split.add(new float[] {4, 4}, new double[] {2, 4}, n);
        // Half of 25; (8/4 + 4/4)/2.
        assertThat(split.total()).isEqualTo(12.5);
        assertThat(split.allocation()).isEqualTo(1.5);
        assertThat(split.minibatch()).isEqualTo(11);
    }

    /**
     * Examples with gradients μ_i ~ N(0, I_d), samples with variance v = d: the minibatch part is tr Cov_i(μ_i)/B = d/B, the
     * allocation part d/(B n). The keys fix the outcome; 4,000 steps with d = 20 give a relative standard error of about 0.5 %.
     */
    @Test
    void separatesTheVarianceOverExamplesFromThatOfTheirSamples() {
        double[] found = split(Allocation.of(2, 2, 2, 2));
        assertThat(found[0]).isCloseTo(5 + 2.5, within(0.15));
        assertThat(found[1]).isCloseTo(2.5, within(1e-9));
        double[] more = split(Allocation.of(50, 50, 50, 50));
        assertThat(more[0] - more[1]).isCloseTo(5, within(0.15));
    }

    private static double[] split(Allocation n) {
        int d = 20;
        SplittableRandom random =
                new SplittableRandom(PlannedTest.key("VarianceSplitTest").bits(0, 0));
        double[] variances = new double[4];
        Arrays.fill(variances, d);
        double total = 0;
        double allocation = 0;
        int steps = 4000;
        VarianceSplit split = new VarianceSplit(1);
        for (int t = 0; t <= steps; t++) {
            float[] gradient = new float[d];
            for (int i = 0; i < 4; i++) {
                for (int p = 0; p < d; p++) {
                    double mean = random.nextGaussian();
                    gradient[p] += (float) ((mean + random.nextGaussian() / Math.sqrt(n.samples(i))) / 4);
                }
            }
            split.add(gradient, variances, n);
            total += t == 0 ? 0 : split.total() / steps;
            allocation += t == 0 ? 0 : split.allocation() / steps;
        }
        return new double[] {total, allocation};
    }

    @Test
    void refusesAWeightOutOfRange() {
        for (double weight : new double[] {0, 1.5, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new VarianceSplit(weight));
        }
    }
}
