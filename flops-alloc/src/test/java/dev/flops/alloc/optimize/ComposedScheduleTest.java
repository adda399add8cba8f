package dev.flops.alloc.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Step decay and warm-up, by hand. */
final class ComposedScheduleTest {
    @Test
    void stepsDown() {
        StepSchedule schedule = new StepSchedule(8, 3, 0.5);
        double[] expected = {8, 8, 8, 4, 4, 4, 2, 2, 2, 1};
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.rate(step, 10)).isEqualTo(expected[step]);
        }
        assertThat(new StepSchedule(1, 1, 0.1).rate(99_999, 100_000)).isPositive();
    }

    @Test
    void warmsUpThenFollowsTheOther() {
        WarmupSchedule schedule = new WarmupSchedule(4, new StepSchedule(8, 2, 0.5));
        double[] expected = {2, 4, 6, 8, 8, 8, 4, 4, 2};
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.rate(step, 9)).isEqualTo(expected[step]);
        }
        assertThat(new WarmupSchedule(4, new ConstantSchedule(1)).rate(1, 2)).isEqualTo(0.5);
        assertThat(new WarmupSchedule(0, new ConstantSchedule(3)).rate(0, 1)).isEqualTo(3);
    }

    /** The cosine schedule's own warm-up is this one. */
    @Property(tries = 100)
    void aWarmedUpCosineIsTheCosineWithWarmup(
            @ForAll @IntRange(min = 0, max = 20) int warmup, @ForAll @IntRange(min = 1, max = 60) int steps) {
        CosineSchedule expected = new CosineSchedule(0.7, warmup, 0.1);
        WarmupSchedule found = new WarmupSchedule(warmup, new CosineSchedule(0.7, 0, 0.1));
        for (int step = 0; step < steps; step++) {
            assertThat(found.rate(step, steps)).isCloseTo(expected.rate(step, steps), within(1e-15));
        }
    }

    @Test
    void refusesBadArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepSchedule(0, 1, 0.5))
                .withMessage("initial = 0.0, expected > 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepSchedule(1, 0, 0.5))
                .withMessage("period = 0, expected >= 1");
        for (double factor : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StepSchedule(1, 1, factor))
                    .withMessage("factor = " + factor + ", expected 0 < factor <= 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WarmupSchedule(-1, new ConstantSchedule(1)))
                .withMessage("warmupSteps = -1, expected >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WarmupSchedule(2, new ConstantSchedule(1)).rate(5, 5))
                .withMessage("step = 5, expected 0 <= step < 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepSchedule(1, 1, 1).rate(-1, 5))
                .withMessage("step = -1, expected 0 <= step < 5");
    }
}
