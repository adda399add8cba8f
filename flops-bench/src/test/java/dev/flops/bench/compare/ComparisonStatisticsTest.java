package dev.flops.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.TaskConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonStatisticsTest {
    private static final Arm EQUAL = new Arm(AllocatorChoice.EQUAL, 2);
    private static final Arm NEYMAN = new Arm(AllocatorChoice.NEYMAN, 2);

    private static final Setting SETTING = new Setting(0.1, 0.05f);

    private static ComparisonConfig config(List<Arm> arms, List<Long> seeds, List<Double> rates, List<Long> search) {
        return new ComparisonConfig(TaskConfig.SCRATCH, arms, seeds, 1000, rates, List.of(0.05f), search, 10, 0.95);
    }

    private static CurvePoint point(long queries, double accuracy) {
        return new CurvePoint(queries, 10 * queries, queries * 1e-3, accuracy, null, null, null, Map.of(), 8);
    }

    private static ArmRun run(Arm arm, long seed, double test, CurvePoint... curve) {
        double last = curve[curve.length - 1].accuracy();
        return new ArmRun(arm.toString(), seed, 0.1, 0.05, 5, last, test, 1, 1000, 10_000, 1, 8, "", List.of(curve));
    }

    @Test
    void intervalIsStudents() {
        // Five values with mean 3 and s² = 2.5: t(4, 0.975) = 2.776445, so ± 2.776445 √(2.5/5).
        Interval interval = Interval.of(new double[] {1, 2, 3, 4, 5}, 0.95);
        assertThat(interval.mean()).isEqualTo(3);
        assertThat(interval.high() - 3).isCloseTo(2.776445 * Math.sqrt(0.5), within(1e-6));
        assertThat(3 - interval.low()).isCloseTo(interval.high() - 3, within(1e-12));
        assertThatThrownBy(() -> Interval.of(new double[] {1}, 0.95)).hasMessageContaining("values has 1 entries");
    }

    @Test
    void differencesArePairedBySeed() {
        List<ArmRun> runs = List.of(
                run(EQUAL, 1, 0.5, point(1, 0.5)),
                run(NEYMAN, 1, 0.6, point(1, 0.5)),
                run(EQUAL, 2, 0.9, point(1, 0.5)),
                run(NEYMAN, 2, 1.0, point(1, 0.5)));
        List<ArmResult> arms = new ComparisonStatistics(
                        config(List.of(EQUAL, NEYMAN), List.of(1L, 2L), List.of(0.1), List.of()), runs)
                .arms(Map.of("equal:2", SETTING, "neyman:2", SETTING));
        assertThat(arms.getFirst().differenceToFirst()).isNull();
        Interval difference = arms.get(1).differenceToFirst();
        assertThat(difference).isNotNull();
        assertThat(difference.mean()).isCloseTo(0.1, within(1e-12));
        assertThat(difference.high() - difference.low()).isLessThan(1e-9);
        Interval accuracy = arms.get(1).testAccuracy();
        assertThat(accuracy.high() - accuracy.low()).isGreaterThan(1);
    }

    @Test
    void milestonesAreMediansInWhichMissingSeedsAreLast() {
        List<ArmRun> runs = List.of(
                run(EQUAL, 1, 0.5, point(10, 0.2), point(20, 1.0)),
                run(EQUAL, 2, 0.5, point(10, 0.99), point(20, 1.0)),
                run(EQUAL, 3, 0.5, point(10, 0.2), point(20, 1.0)),
                run(NEYMAN, 1, 0.5, point(10, 0.2), point(20, 0.3)),
                run(NEYMAN, 2, 0.5, point(10, 0.2), point(20, 0.3)),
                run(NEYMAN, 3, 0.5, point(10, 0.99), point(20, 0.3)));
        List<ArmResult> arms = new ComparisonStatistics(
                        config(List.of(EQUAL, NEYMAN), List.of(1L, 2L, 3L), List.of(0.1), List.of()), runs)
                .arms(Map.of("equal:2", SETTING, "neyman:2", SETTING));
        ArmResult.Milestone last = arms.getFirst().milestones().getLast();
        assertThat(last.accuracy()).isCloseTo(0.98, within(1e-12));
        assertThat(last.seedsReached()).isEqualTo(3);
        assertThat(last.queries()).isEqualTo(20);
        assertThat(last.flops()).isEqualTo(200);
        assertThat(arms.get(1).milestones().getLast().seedsReached()).isEqualTo(1);
        assertThat(arms.get(1).milestones().getLast().queries()).isNull();
    }

    @Test
    void savingsAreGeometricMeansOfPairedRatios() {
        List<ArmRun> runs = List.of(
                run(EQUAL, 1, 0.5, point(40, 1.0)),
                run(EQUAL, 2, 0.5, point(90, 1.0)),
                run(NEYMAN, 1, 0.5, point(10, 1.0)),
                run(NEYMAN, 2, 0.5, point(10, 1.0)));
        List<ArmResult> arms = new ComparisonStatistics(
                        config(List.of(EQUAL, NEYMAN), List.of(1L, 2L), List.of(0.1), List.of()), runs)
                .arms(Map.of("equal:2", SETTING, "neyman:2", SETTING));
        assertThat(arms.getFirst().milestones().getLast().savings()).isNull();
        Interval savings = arms.get(1).milestones().getLast().savings();
        assertThat(savings).isNotNull();
        // √(4 · 9); the logarithms differ by ln(9/4), so the half width is t(1, 0.975) ln(9/4)/2 = 12.7062 · 0.405465.
        assertThat(savings.mean()).isCloseTo(6, within(1e-9));
        assertThat(savings.high() / savings.mean()).isCloseTo(Math.exp(12.7062 * 0.405465), within(0.01));
    }

    @Test
    void aSeedOfTheFirstArmThatNeverGetsThereCountsAsTheWholeBudget() {
        List<ArmRun> runs = List.of(
                run(EQUAL, 1, 0.5, point(40, 1.0)),
                run(EQUAL, 2, 0.5, point(90, 0.1)),
                run(NEYMAN, 1, 0.5, point(10, 1.0)),
                run(NEYMAN, 2, 0.5, point(10, 1.0)));
        ComparisonConfig config = config(List.of(EQUAL, NEYMAN), List.of(1L, 2L), List.of(0.1), List.of());
        ArmResult.Milestone last = new ComparisonStatistics(config, runs)
                .arms(Map.of("equal:2", SETTING, "neyman:2", SETTING))
                .get(1)
                .milestones()
                .getLast();
        assertThat(last.savingsAtLeast()).isTrue();
        assertThat(last.savings()).isNotNull();
        assertThat(last.savings().mean()).isCloseTo(Math.sqrt(4 * config.queries() / 10.0), within(1e-9));
        // The other way round nothing is known.
        ComparisonConfig reversed = config(List.of(NEYMAN, EQUAL), List.of(1L, 2L), List.of(0.1), List.of());
        assertThat(new ComparisonStatistics(reversed, runs)
                        .arms(Map.of("equal:2", SETTING, "neyman:2", SETTING))
                        .get(1)
                        .milestones()
                        .getLast()
                        .savings())
                .isNull();
    }

    @Test
    void configurationsThatWouldDeceiveAreRefused() {
        assertThatThrownBy(() -> config(List.of(EQUAL, EQUAL), List.of(1L, 2L), List.of(0.1), List.of()))
                .hasMessageContaining("expected no entry twice");
        assertThatThrownBy(() -> config(List.of(EQUAL), List.of(1L), List.of(0.1), List.of()))
                .hasMessageContaining("seeds has 1 entries");
        assertThatThrownBy(() -> config(List.of(EQUAL), List.of(1L, 2L), List.of(0.1, 0.2), List.of(2L)))
                .hasMessageContaining("searchSeeds holds 2");
        assertThatThrownBy(() -> config(List.of(EQUAL), List.of(1L, 2L), List.of(0.1, 0.2), List.of()))
                .hasMessageContaining("searchSeeds has 0 entries");
        assertThatThrownBy(() -> Arm.parse("equal")).hasMessageContaining("arm = equal, expected ALLOCATOR:SAMPLES");
        assertThatThrownBy(() -> Arm.parse("equal:x")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> Arm.parse("best:2")).hasMessageContaining("gaussian");
        assertThat(Arm.parse("Neyman:2")).isEqualTo(NEYMAN);
        assertThatThrownBy(() -> Arm.parse("equal:2/newton")).hasMessageContaining("newton is none of lr-layerwise");
        assertThatThrownBy(() -> Arm.parse("equal:2/mezo/antithetic/x")).hasMessageContaining("ALLOCATOR:SAMPLES");
    }

    @Test
    void anArmIsReadAsItIsWritten() {
        for (String text : List.of("gaussian:2", "equal:4/antithetic", "neyman:1/lr-all-sites", "equal:2/spsa/clean")) {
            assertThat(Arm.parse(text)).hasToString(text);
        }
        assertThat(Arm.parse("equal:3/mezo/antithetic")).hasToString("equal:3/mezo");
    }

    @Test
    void everyArmChoosesFromEveryPairOfRateAndScale() {
        ComparisonConfig config = new ComparisonConfig(
                TaskConfig.SCRATCH,
                List.of(EQUAL),
                List.of(1L, 2L),
                1000,
                List.of(0.2, 0.1),
                List.of(0.05f, 0.01f),
                List.of(3L),
                10,
                0.95);
        assertThat(config.settings())
                .containsExactly(
                        new Setting(0.1, 0.01f),
                        new Setting(0.1, 0.05f),
                        new Setting(0.2, 0.01f),
                        new Setting(0.2, 0.05f));
        assertThat(config.runs()).isEqualTo(4 + 2);
    }
}
