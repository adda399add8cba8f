package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class WeightedAllocationTest {
    @Test
    void carriesWeightsAndLeavesExamplesOut() {
        double[] weights = {1.5, 0, 0.25};
        Allocation allocation = Allocation.weighted(new int[] {2, 0, 1}, weights);
        weights[0] = 7;
        assertThat(allocation.weight(0)).isEqualTo(1.5);
        assertThat(allocation.samples(1)).isZero();
        assertThat(allocation.total()).isEqualTo(3);
        assertThat(allocation.isWeighted()).isTrue();
        assertThat(allocation).isNotEqualTo(Allocation.weighted(new int[] {2, 0, 1}, new double[] {1, 0, 1}));
        assertThat(allocation).hasToString("Allocation[2, 0, 1] weighted [1.5, 0.0, 0.25]");
    }

    @Test
    void weightsAreOneUnlessStated() {
        assertThat(Allocation.of(2, 3).isWeighted()).isFalse();
        assertThat(Allocation.of(2, 3).weight(1)).isEqualTo(1);
        assertThat(Allocation.equal(2, 5).weight(0)).isEqualTo(1);
    }

    @Test
    void refusesWeightsThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.weighted(new int[] {1, 0}, new double[] {1, 1}))
                .withMessage("samplesPerExample[1] = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.weighted(new int[] {1, -1}, new double[] {1, 0}))
                .withMessage("samplesPerExample[1] = -1, expected >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.weighted(new int[] {1}, new double[] {Double.NaN}))
                .withMessage("weights[0] = NaN, expected >= 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.weighted(new int[] {1}, new double[2]))
                .withMessage("weights.length = 2, expected 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.weighted(new int[] {0, 0}, new double[2]))
                .withMessage("samplesPerExample sums to 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.weighted(new int[0], new double[0]))
                .withMessageStartingWith("samplesPerExample is empty");
    }
}
