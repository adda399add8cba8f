package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class AllocationRewardTest {
    private static final double[] V = {1, 4, 16};

    private final AllocationReward reward = new AllocationReward(AllocationReward::equalVariance);

    AllocationRewardTest() {
        reward.begin(V, 12);
    }

    @Test
    void equalAllocationEarnsNothing() {
        assertThat(reward.of(new int[] {4, 4, 4})).isZero();
        assertThat(reward.of(new double[] {4, 4, 4})).isZero();
    }

    @Test
    void isTheShareOfTheVarianceThatIsSaved() {
        // Σ v/n = 1/2 + 4/2 + 16/8 = 4.5 against 21/4.
        assertThat(reward.of(new int[] {2, 2, 8})).isCloseTo(1 - 4.5 / 5.25, within(1e-15));
        assertThat(reward.of(new double[] {2, 2, 8})).isCloseTo(1 - 4.5 / 5.25, within(1e-15));
    }

    @Test
    void slopeIsTheDerivative() {
        double[] n = {2.5, 3, 6.5};
        double[] slope = new double[3];
        reward.slopeInto(n, slope);
        for (int i = 0; i < 3; i++) {
            double[] up = n.clone();
            double[] down = n.clone();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            assertThat(slope[i]).isCloseTo((reward.of(up) - reward.of(down)) / 2e-5, within(1e-9));
        }
    }
}
