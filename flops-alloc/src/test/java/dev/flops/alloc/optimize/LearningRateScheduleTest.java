package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class LearningRateScheduleTest {
    @Test
    void constantIsConstant() {
        ConstantSchedule schedule = new ConstantSchedule(0.3);
        assertThat(schedule.rate(0, 10)).isEqualTo(0.3);
        assertThat(schedule.rate(9, 10)).isEqualTo(0.3);
    }

    @Test
    void cosineWarmsUpPeaksAndFalls() {
        CosineSchedule schedule = new CosineSchedule(2, 4, 0.1);
        assertThat(schedule.rate(0, 12)).isEqualTo(0.5);
        assertThat(schedule.rate(3, 12)).isEqualTo(2);
        assertThat(schedule.rate(4, 12)).isEqualTo(2);
        // A quarter, a half and three quarters of the way: (1 + cos πp)/2 = (2 + √2)/4, 1/2, (2 − √2)/4.
        double root = Math.sqrt(2);
        assertThat(schedule.rate(6, 12)).isCloseTo(2 * (0.1 + 0.9 * (2 + root) / 4), within(1e-15));
        assertThat(schedule.rate(8, 12)).isCloseTo(2 * 0.55, within(1e-15));
        assertThat(schedule.rate(10, 12)).isCloseTo(2 * (0.1 + 0.9 * (2 - root) / 4), within(1e-15));
    }

    @Property(tries = 200)
    void cosineIsPositiveAndNeverAboveThePeakAndFallsAfterTheWarmUp(
            @ForAll @IntRange(min = 0, max = 20) int warmup, @ForAll @IntRange(min = 1, max = 60) int steps) {
        CosineSchedule schedule = new CosineSchedule(0.7, warmup, 0);
        double before = Double.POSITIVE_INFINITY;
        for (int step = 0; step < steps; step++) {
            double rate = schedule.rate(step, steps);
            assertThat(rate).isPositive().isLessThanOrEqualTo(0.7);
            if (step >= warmup) {
                assertThat(rate).isLessThanOrEqualTo(before);
                before = rate;
            }
        }
    }

    @Test
    void refusesBadArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConstantSchedule(0))
                .withMessage("rate = 0.0, expected > 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CosineSchedule(Double.NaN, 0, 0))
                .withMessage("peak = NaN, expected > 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CosineSchedule(1, -1, 0))
                .withMessage("warmupSteps = -1, expected >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CosineSchedule(1, 0, 1.5))
                .withMessage("finalFraction = 1.5, expected 0 <= finalFraction <= 1");
        for (LearningRateSchedule schedule :
                new LearningRateSchedule[] {new ConstantSchedule(1), new CosineSchedule(1, 0, 0)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> schedule.rate(5, 5))
                    .withMessage("step = 5, expected 0 <= step < 5");
            assertThatIllegalArgumentException().isThrownBy(() -> schedule.rate(-1, 5));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> schedule.rate(0, 0))
                    .withMessage("steps = 0, expected >= 1");
        }
    }
}
