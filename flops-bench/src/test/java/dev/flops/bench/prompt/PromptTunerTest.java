package dev.flops.bench.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.bench.blackbox.BlackBoxException;
import dev.flops.bench.blackbox.FunctionObjective;
import dev.flops.bench.blackbox.QueryMeter;
import dev.flops.bench.rival.CmaEs;
import dev.flops.bench.rival.RandomSearch;
import dev.flops.bench.rival.SeparableLoss;
import dev.flops.bench.rival.SpsaGradientCorrection;
import dev.flops.bench.task.AllocatorChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method before a quadratic whose minimum is known: what it may spend, what it finds, that it repeats. */
final class PromptTunerTest {
    private static final int DIMENSION = 6;
    private static final int EXAMPLES = 8;
    private static final ForwardTuner FORWARD =
            new ForwardTuner(ForwardTuner.Scheme.PAIRS, AllocatorChoice.EQUAL, 0.1f, 0.05, 4, 16);

    /** All methods, each with a batch that the eight examples hold. */
    static Stream<PromptTuner> tuners() {
        return Stream.concat(
                Stream.of(
                                "equal",
                                "gaussian",
                                "neyman",
                                "importance",
                                "equal/clean",
                                "equal/leave-one-out",
                                "spsa-gc:0.1")
                        .map(arm -> PromptArm.parse(arm, FORWARD).tuner()),
                Stream.of(new RivalTuner(new CmaEs(0.3, 4)), new RivalTuner(new RandomSearch(0.2, EXAMPLES))));
    }

    /** ½ ‖θ − c_i‖² with c_i = 1 ± ½ in every coordinate: the mean loss is least at 1, up to a constant. */
    private static float loss(float[] theta, int example) {
        float sum = 0;
        for (int i = 0; i < DIMENSION; i++) {
            float distance = theta[i] - 1 - (((example + i) & 1) - 0.5f);
            sum += distance * distance / 2;
        }
        return sum;
    }

    private static double meanLoss(float[] theta) {
        return IntStream.range(0, EXAMPLES)
                .mapToDouble(example -> loss(theta, example))
                .average()
                .orElseThrow();
    }

    /** A run and what the black box itself has counted. */
    private static final class Run {
        private final float[] theta = new float[DIMENSION];
        private final List<Double> losses = new ArrayList<>();
        private final QueryMeter meter;
        private long asked;

        Run(PromptTuner tuner, long budget, long seed, int stopAfter) {
            meter = new QueryMeter(
                    new FunctionObjective(DIMENSION, EXAMPLES, (point, example) -> {
                        asked++;
                        return loss(point, example);
                    }),
                    budget);
            tuner.tune(meter, theta, seed, (now, loss) -> {
                losses.add(loss);
                return losses.size() < stopAfter;
            });
        }
    }

    @ParameterizedTest
    @MethodSource("tuners")
    void lowersTheLoss(PromptTuner tuner) {
        double least = meanLoss(new float[] {1, 1, 1, 1, 1, 1});
        double start = meanLoss(new float[DIMENSION]) - least;
        assertThat(start).isEqualTo(3.0);
        Run run = new Run(tuner, 3000, 1, Integer.MAX_VALUE);
        assertThat(meanLoss(run.theta) - least).isBetween(0.0, 0.2 * start);
    }

    @Property(tries = 40)
    void neverSpendsMoreThanItsBudgetAndTheCountIsExact(
            @ForAll @IntRange(min = 1, max = 700) int budget, @ForAll long seed) {
        tuners().forEach(tuner -> {
            Run run = new Run(tuner, budget, seed, Integer.MAX_VALUE);
            assertThat(run.meter.spent()).as("%s", tuner).isEqualTo(run.asked).isLessThanOrEqualTo(budget);
            assertThat(run.losses).allSatisfy(loss -> assertThat(loss).isFinite());
        });
    }

    @ParameterizedTest
    @MethodSource("tuners")
    void whatTheFirstStepCostsPaysForOneStepAndLessForNone(PromptTuner tuner) {
        long least = tuner.minimumQueries(DIMENSION);
        Run run = new Run(tuner, least, 2, Integer.MAX_VALUE);
        assertThat(run.losses).isNotEmpty();
        assertThat(run.asked).isEqualTo(least);
        assertThat(new Run(tuner, least - 1, 2, Integer.MAX_VALUE).theta).isEqualTo(new float[DIMENSION]);
        assertThatThrownBy(() -> new PromptConfig(new GridPrompt(1), "it", tuner, tuner.minimumQueries(1) - 1, 1))
                .hasMessageContaining("expected >= " + tuner.minimumQueries(1));
    }

    @Property(tries = 10)
    void equalSeedsGiveEqualResultsAndOthersDoNot(@ForAll @IntRange(min = 0, max = 1 << 30) int seed) {
        tuners().forEach(tuner -> {
            Run run = new Run(tuner, 800, seed, Integer.MAX_VALUE);
            Run again = new Run(tuner, 800, seed, Integer.MAX_VALUE);
            assertThat(again.theta).as("%s", tuner).isEqualTo(run.theta);
            assertThat(again.losses).isEqualTo(run.losses);
            assertThat(new Run(tuner, 800, seed + 1L, Integer.MAX_VALUE).theta)
                    .as("%s", tuner)
                    .isNotEqualTo(run.theta);
        });
    }

    @ParameterizedTest
    @MethodSource("tuners")
    void stopsWhenToldTo(PromptTuner tuner) {
        Run three = new Run(tuner, 3000, 5, 3);
        assertThat(three.losses).hasSize(3);
        Run more = new Run(tuner, 3000, 5, 5);
        assertThat(more.losses.subList(0, 3)).isEqualTo(three.losses);
        assertThat(more.asked).isGreaterThan(three.asked);
    }

    /** Queries per step as the documentation of each method states them. */
    @Test
    void spendsWhatItSays() {
        assertThat(new Run(FORWARD, 100, 1, Integer.MAX_VALUE).asked).isEqualTo(6 * 16);
        assertThat(new Run(new RivalTuner(new SpsaGradientCorrection(0.1, 0.1, 1, 0.9, 4)), 100, 1, Integer.MAX_VALUE)
                        .asked)
                .isEqualTo(12 * 2 * 4);
        assertThat(new Run(new RivalTuner(new RandomSearch(0.1, 8)), 100, 1, Integer.MAX_VALUE).asked)
                .isEqualTo(12 * 8);
        // λ = 4 + ⌊3 log 6⌋ = 9: the start and two generations of 9 candidates before 4 examples; not the start and one
        // of 6.
        assertThat(new Run(new RivalTuner(new CmaEs(0.1, 4)), 100, 1, Integer.MAX_VALUE).asked)
                .isEqualTo(4 + 2 * 9 * 4);
        assertThat(new Run(new RivalTuner(new CmaEs(0.1, 4)), 39, 1, Integer.MAX_VALUE).asked)
                .isZero();
    }

    /** The meter is what holds the cap: a method that does not look at it is refused before anything is asked. */
    @Test
    void aMethodThatIgnoresItsBudgetIsRefused() {
        PromptTuner careless = new PromptTuner() {
            @Override
            public long minimumQueries(int dimension) {
                return 1;
            }

            @Override
            public int batch() {
                return 4;
            }

            @Override
            public void tune(QueryMeter objective, float[] theta, long seed, Listener listener) {
                for (int step = 0; step < 3; step++) {
                    new SeparableLoss(objective).means(theta, new int[] {0, 1, 2, 3});
                }
            }
        };
        assertThatThrownBy(() -> new Run(careless, 11, 1, Integer.MAX_VALUE))
                .isInstanceOf(BlackBoxException.class)
                .hasMessageContaining("4 more queries after 8, expected at most 11");
    }

    /** One step against the formulas, with a direction that is recovered from what was asked. */
    @Test
    void spsaStepsAreThoseOfTheFormulas() {
        List<float[]> asked = new ArrayList<>();
        float[] theta = new float[DIMENSION];
        QueryMeter meter = new QueryMeter(
                new FunctionObjective(DIMENSION, 1, (point, example) -> {
                    asked.add(point.clone());
                    return loss(point, example);
                }),
                4);
        new SpsaGradientCorrection(0.5, 0.2, 3, 0.9, 1).run(new SeparableLoss(meter), theta, 9, (now, loss) -> true);
        double[] m = new double[DIMENSION];
        double[] expected = new double[DIMENSION];
        for (int k = 1; k <= 2; k++) {
            float[] plus = asked.get(2 * k - 2);
            float[] minus = asked.get(2 * k - 1);
            double a = 0.5 / StrictMath.pow(k + 3, 0.6);
            double c = 0.2 / StrictMath.pow(k, 0.1);
            double slope = (loss(plus, 0) - loss(minus, 0)) / (2 * c);
            for (int i = 0; i < DIMENSION; i++) {
                assertThat((plus[i] + minus[i]) / 2.0).isCloseTo(expected[i] + 0.9 * m[i], within(1e-6));
                double direction = (plus[i] - minus[i]) / (2 * c);
                assertThat(StrictMath.abs(direction)).isCloseTo(1, within(1e-5));
                m[i] = 0.9 * m[i] - a * slope * StrictMath.signum(direction);
                expected[i] += m[i];
            }
        }
        for (int i = 0; i < DIMENSION; i++) {
            assertThat((double) theta[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    @Test
    void armsAreReadAndRefused() {
        assertThat(PromptArm.parse("neyman/clean:0.07", FORWARD).tuner())
                .isEqualTo(new ForwardTuner(ForwardTuner.Scheme.CLEAN, AllocatorChoice.NEYMAN, 0.1f, 0.07, 4, 16));
        assertThat(PromptArm.parse("random-search@5:0.4", FORWARD).tuner())
                .isEqualTo(new RivalTuner(new RandomSearch(0.4, 5)));
        assertThat(PromptArm.parse("cma-es@3", FORWARD).tuner()).isEqualTo(new RivalTuner(new CmaEs(0.1, 3)));
        assertThat(PromptArm.parse("spsa-gc", FORWARD).tuner().batch()).isEqualTo(4);
        assertThat(PromptArm.parse("equal@8", FORWARD).tuner().batch()).isEqualTo(8);
        assertThatThrownBy(() -> PromptArm.parse("equal@9", FORWARD))
                .hasMessageContaining("batch = 9 with 16 queries per step, expected 1 <= batch <= 8");
        assertThatThrownBy(() -> PromptArm.parse("equal@few", FORWARD))
                .hasMessageContaining("whole number after the @");
        assertThatThrownBy(() -> PromptArm.parse("spsa-gc/clean", FORWARD)).hasMessageContaining("expected no scheme");
        assertThatThrownBy(() -> PromptArm.parse("cma", FORWARD))
                .hasMessageContaining(
                        "arm = cma names cma, expected spsa-gc, cma-es, random-search, or one of gaussian");
        assertThatThrownBy(() -> PromptArm.parse("equal/twice", FORWARD)).hasMessageContaining("names twice");
        assertThatThrownBy(() -> PromptArm.parse("cma-es:big", FORWARD))
                .hasMessageContaining("a number after the colon");
        assertThatThrownBy(() -> PromptArm.parse("cma-es:0", FORWARD)).hasMessageContaining("scale = 0.0, expected");
        assertThatThrownBy(() -> PromptArm.parse("spsa-gc:-1", FORWARD)).hasMessageContaining("gain = -1.0, expected");
        assertThatThrownBy(() -> PromptArm.parse("sites", FORWARD)).hasMessageContaining("allocator = sites");
    }
}
