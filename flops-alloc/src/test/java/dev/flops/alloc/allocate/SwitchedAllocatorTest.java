package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.RandomKey;
import dev.flops.api.StepSignals;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The switch-on rule and the allocator that follows it. */
final class SwitchedAllocatorTest {
    private static final double[] UNEQUAL = {16, 1, 1, 1};
    private final SwitchedAllocator switched = new SwitchedAllocator(new NeymanAllocator(), SwitchOnRule.defaults());

    @Test
    void theRuleComparesOperations() {
        SwitchOnRule rule = SwitchOnRule.defaults();
        // CV² = 1 halves the samples: 100 · 10 / 2 = 500 are saved.
        assertThat(rule.pays(1, 100, 10, 499)).isTrue();
        assertThat(rule.pays(1, 100, 10, 500)).isFalse();
        assertThat(new SwitchOnRule(2).pays(1, 100, 10, 249)).isTrue();
        assertThat(new SwitchOnRule(2).pays(1, 100, 10, 250)).isFalse();
        assertThat(rule.pays(1, 100, Double.NaN, 0)).isFalse();
        assertThat(rule.pays(-0.1, 100, 10, 0)).isFalse();
        assertThat(rule.pays(0, 100, 10, 0)).isFalse();
        assertThat(rule.pays(Double.NaN, 100, 10, 0)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new SwitchOnRule(-1));
    }

    @Test
    void squaredCvByHand() {
        // s = (1, 3) both times: mean 2, variance 1.
        assertThat(SwitchOnRule.squaredCv(new double[] {1, 9}, new double[] {1, 9}))
                .isCloseTo(0.25, within(1e-15));
        assertThat(SwitchOnRule.squaredCv(new double[] {1, 9, Double.NaN}, new double[] {10, 90, 5}))
                .isCloseTo(0.25, within(1e-15));
        assertThat(SwitchOnRule.squaredCv(new double[] {1, Double.NaN}, new double[] {1, 2}))
                .isNaN();
        assertThat(SwitchOnRule.squaredCv(new double[] {0, 0}, new double[] {1, 2}))
                .isNaN();
    }

    /**
     * Equal variances, measured with four samples each: estimates of one set have CV² of about 0.12, all of it noise; two sets agree
     * on nothing. Of 64 × 400 products the mean has a standard error below 0.002 (keys are fixed).
     */
    @Test
    void noiseOfTheEstimatesIsNotAGain() {
        SplittableRandom random = new SplittableRandom(
                PlannedTest.key("SwitchedAllocatorTest.noise").bits(0, 0));
        double crossed = 0;
        double single = 0;
        for (int t = 0; t < 400; t++) {
            double[] a = noisy(random);
            double[] b = noisy(random);
            crossed += SwitchOnRule.squaredCv(a, b) / 400;
            double cv = AllocationDiagnostics.coefficientOfVariation(a);
            single += cv * cv / 400;
        }
        assertThat(crossed).isBetween(-0.01, 0.01);
        assertThat(single).isGreaterThan(0.1);
    }

    private static double[] noisy(SplittableRandom random) {
        double[] variances = new double[64];
        for (int i = 0; i < variances.length; i++) {
            for (int k = 0; k < 4; k++) {
                double g = random.nextGaussian();
                variances[i] += g * g / 4;
            }
        }
        return variances;
    }

    @Test
    void switchesOnWhenItPaysAndOffAgain() {
        AllocatorState state = switched.initialState();
        Allocation equal = Allocation.equal(4, 28);
        Allocation optimum = Allocation.of(16, 4, 4, 4);
        assertThat(switched.allocate(request(1e6), state)).isEqualTo(equal);
        state = switched.update(request(1e6), UNEQUAL, state);
        assertThat(SwitchedAllocator.squaredCv(state)).isGreaterThan(0.5);
        assertThat(switched.allocate(request(1e6), state)).isEqualTo(optimum);
        // The same gain does not pay where samples are cheap, or their cost is unknown.
        assertThat(switched.allocate(request(1), state)).isEqualTo(equal);
        assertThat(switched.allocate(request(Double.NaN), state)).isEqualTo(equal);
        assertThat(switched.isOn(request(1), state)).isFalse();
        assertThat(switched.flops(request(1), state)).isLessThan(switched.flops(request(1e6), state));
        for (int t = 0; t < 300; t++) {
            state = switched.update(request(1e6), new double[] {1, 4, 4, 4}, state);
        }
        assertThat(SwitchedAllocator.squaredCv(state)).isNegative();
        assertThat(switched.allocate(request(1e6), state)).isEqualTo(equal);
    }

    @Test
    void theAllocatorInsideLearnsOnlyWhileItIsOn() {
        GaussianAllocator gaussian = new GaussianAllocator(GaussianAllocatorConfig.defaults());
        SwitchedAllocator outer = new SwitchedAllocator(gaussian, SwitchOnRule.defaults());
        AllocatorState off = outer.update(request(1e6), UNEQUAL, outer.initialState());
        assertThat(inner(off)).isEqualTo(gaussian.initialState());
        AllocatorState on = outer.update(request(1e6), UNEQUAL, off);
        assertThat(inner(on)).isEqualTo(gaussian.update(request(1e6), UNEQUAL, gaussian.initialState()));
    }

    private static AllocatorState inner(AllocatorState state) {
        double[] values = state.values();
        return new AllocatorState(Arrays.copyOfRange(values, 2, values.length));
    }

    private static AllocationRequest request(double sampleFlops) {
        StepSignals signals = new StepSignals(0, Problems.examples(4), new float[0], new float[0]);
        return new AllocationRequest(signals, UNEQUAL, 28, 1, RandomKey.ofSeed(2), sampleFlops);
    }
}
