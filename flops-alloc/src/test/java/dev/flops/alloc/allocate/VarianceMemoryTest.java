package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.StepSignals;
import org.junit.jupiter.api.Test;

final class VarianceMemoryTest {
    @Test
    void knowsNothingAtFirst() {
        assertThat(new VarianceMemory(3, 0.5).toArray()).containsExactly(Double.NaN, Double.NaN, Double.NaN);
    }

    @Test
    void takesTheFirstValueAndThenForgetsExponentially() {
        VarianceMemory memory = new VarianceMemory(4, 0.25);
        memory.updateInPlace(new int[] {2, 0}, new double[] {8, 1});
        memory.updateInPlace(new int[] {2}, new double[] {4});
        assertThat(memory.remembered(new int[] {0, 1, 2, 2})).containsExactly(1, Double.NaN, 7, 7);
        memory.updateInPlace(new int[] {2, 2}, new double[] {3, 2});
        assertThat(memory.remembered(new int[] {2})).containsExactly(5);
    }

    @Test
    void whatWasNotMeasuredLeavesTheMemoryAsItIs() {
        VarianceMemory memory = new VarianceMemory(2, 1);
        memory.updateInPlace(new int[] {0, 1}, new double[] {3, Double.NaN});
        memory.updateInPlace(new int[] {0}, new double[] {Double.NaN});
        assertThat(memory.toArray()).containsExactly(3, Double.NaN);
    }

    @Test
    void exportsAndRestores() {
        VarianceMemory memory = new VarianceMemory(3, 0.5);
        memory.updateInPlace(new int[] {1}, new double[] {2});
        VarianceMemory restored = VarianceMemory.of(memory.toArray(), 0.5);
        memory.toArray()[1] = 99;
        memory.remembered(new int[] {1})[0] = 99;
        restored.updateInPlace(new int[] {1}, new double[] {4});
        assertThat(memory.toArray()).containsExactly(Double.NaN, 2, Double.NaN);
        assertThat(restored.toArray()).containsExactly(Double.NaN, 3, Double.NaN);
    }

    @Test
    void refusesBadArgumentsAndIsUnchangedThen() {
        VarianceMemory memory = new VarianceMemory(2, 0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.updateInPlace(new int[] {0, 2}, new double[] {1, 1}))
                .withMessage("examples[1] = 2, expected 0 <= example < 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.updateInPlace(new int[] {0, 1}, new double[] {1, -1}))
                .withMessage("measured[1] = -1.0, expected >= 0 and finite, or NaN where unknown");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.updateInPlace(new int[] {0}, new double[] {1, 1}))
                .withMessage("measured.length = 2, expected 1");
        assertThatIllegalArgumentException().isThrownBy(() -> memory.remembered(new int[] {-1}));
        assertThat(memory.toArray()).containsExactly(Double.NaN, Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VarianceMemory(0, 0.5))
                .withMessage("examples = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VarianceMemory(1, 0))
                .withMessage("weight = 0.0, expected 0 < weight <= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VarianceMemory.of(new double[] {Double.POSITIVE_INFINITY}, 1))
                .withMessage("variances[0] = Infinity, expected >= 0 and finite, or NaN where unknown");
    }

    /** v̂ grows as the squared error norm: what is expected follows the error, whatever it was when v̂ was measured. */
    @Test
    void whatIsExpectedFollowsTheErrorNorm() {
        VarianceMemory memory = new VarianceMemory(3, 0.5);
        memory.updateInPlace(signals(1f, 0.2f), new double[] {8, 0.5});
        assertThat(memory.remembered(signals(1f, 0.2f))).containsExactly(new double[] {8, 0.5}, within(1e-12));
        double offset = 0.05 * 0.05;
        double[] later = memory.remembered(signals(0.5f, 0f));
        assertThat(later[0]).isCloseTo(8 * (0.25 + offset) / (1 + offset), within(1e-12));
        assertThat(later[1]).isCloseTo(0.5 * offset / (0.04 + offset), within(1e-8));
        // A measurement that agrees with what was expected leaves the expectation as it is.
        memory.updateInPlace(signals(0.5f, 0f), later);
        assertThat(memory.remembered(signals(1f, 0.2f))[0]).isCloseTo(8, within(1e-12));
    }

    @Test
    void anErrorNormMakesNothingKnown() {
        VarianceMemory memory = new VarianceMemory(3, 0.5);
        assertThat(memory.remembered(signals(1f, 0.2f))).containsExactly(Double.NaN, Double.NaN);
    }

    private static StepSignals signals(float... errorNorms) {
        return new StepSignals(0, new int[] {2, 0}, new float[2], errorNorms);
    }
}
