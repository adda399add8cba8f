package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.allocate.AdaptiveBudget.Observation;
import dev.flops.alloc.allocate.AdaptiveBudget.State;
import dev.flops.alloc.allocate.AdaptiveBudget.Unit;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class AdaptiveBudgetTest {
    private static final int MOST = 40;
    private static final AdaptiveBudget RULE = new AdaptiveBudget(1, MOST, 3, 0, 0.25, Unit.QUERIES);

    /** (A + V/n)(c₀ + c₁ n) n, in whole numbers and hence without error: compared across n by cross-multiplication. */
    private static long scaled(int n, int a, int v, int clean, int sample) {
        return ((long) a * n + v) * ((long) clean + (long) sample * n);
    }

    /** The least of the best n, by trying all. */
    private static int bruteForce(int least, int most, int a, int v, int clean, int sample) {
        int best = least;
        for (int n = least + 1; n <= most; n++) {
            if (scaled(n, a, v, clean, sample) * best < scaled(best, a, v, clean, sample) * n) {
                best = n;
            }
        }
        return best;
    }

    private static State known(int a, int v, int clean, int sample) {
        return new State(1, a, v, clean, sample);
    }

    private static boolean agrees(
            UnaryOperator<State> altered, int least, int most, int a, int v, int clean, int sample) {
        AdaptiveBudget rule = new AdaptiveBudget(least, most, least, 0, 1, Unit.FLOPS);
        return rule.samplesPerExample(altered.apply(known(a, v, clean, sample)))
                == bruteForce(least, most, a, v, clean, sample);
    }

    @Property(tries = 3000)
    void choosesTheBestWholeNumber(
            @ForAll @IntRange(min = 1, max = 50) int a,
            @ForAll @IntRange(min = 0, max = 20_000) int v,
            @ForAll @IntRange(min = 0, max = 30) int clean,
            @ForAll @IntRange(min = 1, max = 30) int sample,
            @ForAll @IntRange(min = 1, max = 6) int least,
            @ForAll @IntRange(min = 0, max = MOST) int spare) {
        assertThat(agrees(UnaryOperator.identity(), least, least + spare, a, v, clean, sample))
                .isTrue();
    }

    /** With tolerance 1/4 the least n with 4 f(n) ≤ 5 f(n*), in whole numbers: f(n) = scaled(n)/n. */
    @Property(tries = 3000)
    void choosesTheFewestSamplesThatAreNearlyAsGood(
            @ForAll @IntRange(min = 0, max = 50) int a,
            @ForAll @IntRange(min = 0, max = 20_000) int v,
            @ForAll @IntRange(min = 0, max = 30) int clean,
            @ForAll @IntRange(min = 1, max = 30) int sample,
            @ForAll @IntRange(min = 1, max = 6) int least,
            @ForAll @IntRange(min = 0, max = MOST) int spare) {
        int most = least + spare;
        int best = bruteForce(least, most, a, v, clean, sample);
        int expected = least;
        while (4 * scaled(expected, a, v, clean, sample) * best > 5 * scaled(best, a, v, clean, sample) * expected) {
            expected++;
        }
        int found = new AdaptiveBudget(least, most, least, 0.25, 1, Unit.QUERIES)
                .samplesPerExample(known(a, v, clean, sample));
        // Where 4 f(n) = 5 f(n*), rounding decides between n and the next.
        long excess =
                4 * scaled(expected, a, v, clean, sample) * best - 5 * scaled(best, a, v, clean, sample) * expected;
        assertThat(found).isBetween(expected, excess == 0 ? expected + 1 : expected);
        assertThat(found).isLessThanOrEqualTo(best);
    }

    /** Costs exchanged, V for its double, A without M, the clean forward forgotten. */
    @Test
    void wrongRulesAreRejected() {
        assertRejected(s -> new State(1, s.signal(), s.noise(), s.sampleCost(), s.cleanCost()));
        assertRejected(s -> new State(1, s.signal(), 2 * s.noise(), s.cleanCost(), s.sampleCost()));
        assertRejected(s -> new State(1, 0.8 * s.signal(), s.noise(), s.cleanCost(), s.sampleCost()));
        assertRejected(s -> new State(1, s.signal(), s.noise(), 0, s.sampleCost()));
    }

    private static void assertRejected(UnaryOperator<State> wrong) {
        SplittableRandom random =
                new SplittableRandom(PlannedTest.key("AdaptiveBudgetTest").bits(0, 0));
        int found = 0;
        for (int i = 0; i < 500; i++) {
            int a = random.nextInt(1, 50);
            int v = random.nextInt(20_000);
            found += agrees(wrong, 1, MOST, a, v, random.nextInt(1, 30), random.nextInt(1, 30)) ? 0 : 1;
        }
        assertThat(found).isPositive();
    }

    /** At ties n(n + 1) = c₀ V/(c₁ A) the smaller number, exactly. */
    @Test
    void tiesGoToFewerSamples() {
        for (int n = 1; n < MOST; n++) {
            assertThat(RULE.samplesPerExample(known(1, n * (n + 1), 1, 1))).isEqualTo(n);
            assertThat(RULE.samplesPerExample(known(1, n * (n + 1) + 1, 1, 1))).isEqualTo(n + 1);
        }
    }

    @Test
    void extremesAreClampedAndOnlyTheFirstStepIsGiven() {
        assertThat(RULE.samplesPerExample(RULE.initialState())).isEqualTo(3);
        assertThat(RULE.samplesPerExample(known(1, 1000, 0, 1)))
                .as("no clean forward")
                .isEqualTo(1);
        assertThat(RULE.samplesPerExample(known(1, 0, 5, 1))).as("no noise").isEqualTo(1);
        assertThat(RULE.samplesPerExample(known(0, 5, 5, 1))).as("noise alone").isEqualTo(MOST);
        assertThat(RULE.samplesPerExample(known(-3, 5, 5, 1))).isEqualTo(MOST);
        assertThat(RULE.samplesPerExample(known(1, 1_000_000, 5, 1))).isEqualTo(MOST);
        assertThat(RULE.samplesPerExample(new State(1, 1e-300, 1e300, 1e300, 1e-300)))
                .isEqualTo(MOST);
    }

    /** A common factor of gradients, and one of costs, change nothing: no unit is hidden in the rule. */
    @Property(tries = 500)
    void unitsDoNotMatter(
            @ForAll @IntRange(min = 1, max = 50) int a,
            @ForAll @IntRange(min = 1, max = 20_000) int v,
            @ForAll @IntRange(min = -20, max = 20) int power) {
        double factor = Math.scalb(1.0, power);
        int plain = RULE.samplesPerExample(known(a, v, 3, 7));
        assertThat(RULE.samplesPerExample(new State(1, factor * a, factor * v, 3, 7)))
                .isEqualTo(plain);
        assertThat(RULE.samplesPerExample(new State(1, a, v, factor * 3, factor * 7)))
                .isEqualTo(plain);
    }

    /** Means by hand: weights 1, 1/2, 1/3, then 1/4. */
    @Test
    void runningMeansByHand() {
        State state = RULE.initialState();
        double[] signals = {8, 4, 6, 10};
        double[] means = {8, 6, 6, 7};
        for (int t = 0; t < signals.length; t++) {
            state = RULE.observe(state, new Observation(signals[t] + 5, 5, 2, 1, 10));
            assertThat(state).isEqualTo(new State(t + 1, means[t], 10, 1, 10));
        }
        state = RULE.observe(state, new Observation(16, 5, 2, 1, 10));
        assertThat(state.signal()).isEqualTo(7 + 0.25 * (11 - 7));
    }

    /**
     * Estimates with known parts: ĝ = μ + ζ + ξ with ‖μ‖² = 4, minibatch noise of M = 2, perturbations of V/n = 300/n, in 100
     * dimensions. At whatever n is used, A = 6 and V = 300 come out, so that n = 5 at c₀ = 3, c₁ = 5 (n(n + 1) = 30) is found from
     * anywhere. 4,000 steps: the standard error of A is at most 0.7 at n = 1; the key fixes the outcome.
     */
    @Test
    void partsAreFoundAtAnyNumberOfSamples() {
        for (int used : new int[] {1, 2, 5, 20}) {
            AdaptiveBudget rule = new AdaptiveBudget(1, MOST, used, 0, 1e-9, Unit.QUERIES);
            State state = observed(rule, used);
            assertThat(state.signal()).isCloseTo(6, within(2.8 / used));
            assertThat(state.noise()).isCloseTo(300, within(1e-9));
            assertThat(rule.samplesPerExample(state)).isBetween(used == 1 ? 4 : 5, used == 1 ? 7 : 6);
        }
    }

    private static State observed(AdaptiveBudget rule, int used) {
        int d = 100;
        SplittableRandom random =
                new SplittableRandom(PlannedTest.key("AdaptiveBudgetTest parts").bits(used, 0));
        State state = rule.initialState();
        for (int t = 0; t < 4000; t++) {
            double square = 0;
            for (int p = 0; p < d; p++) {
                double g = 0.2
                        + Math.sqrt(2.0 / d) * random.nextGaussian()
                        + Math.sqrt(300.0 / used / d) * random.nextGaussian();
                square += g * g;
            }
            state = rule.observe(state, new Observation(square, 300.0 / used, used, 3, 5));
        }
        return state;
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaptiveBudget(0, 1, 1, 0, 0.5, Unit.QUERIES))
                .withMessage("least = 0, expected >= 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaptiveBudget(3, 2, 2, 0, 0.5, Unit.QUERIES))
                .withMessageContaining("most = 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaptiveBudget(1, 2, 3, 0, 0.5, Unit.QUERIES))
                .withMessageContaining("initial = 3");
        for (double newest : new double[] {0, 1.5, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new AdaptiveBudget(1, 2, 1, 0, newest, Unit.QUERIES))
                    .withMessageContaining("newest");
        }
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new AdaptiveBudget(1, 2, 1, bad, 0.5, Unit.QUERIES))
                    .hasMessageContaining("tolerance = ");
            assertThatThrownBy(() -> new Observation(bad, 1, 1, 1, 1)).hasMessageContaining("squaredNorm = ");
            assertThatThrownBy(() -> new Observation(1, bad, 1, 1, 1)).hasMessageContaining("perturbation = ");
            assertThatThrownBy(() -> new Observation(1, 1, bad, 1, 1)).hasMessageContaining("samplesPerExample = ");
            assertThatThrownBy(() -> new Observation(1, 1, 1, bad, 1)).hasMessageContaining("cleanCost = ");
            assertThatThrownBy(() -> new Observation(1, 1, 1, 1, bad)).hasMessageContaining("sampleCost = ");
            assertThatThrownBy(() -> new State(1, 1, bad, 1, 1)).hasMessageContaining("noise = ");
        }
        assertThatThrownBy(() -> new State(-1, 1, 1, 1, 1)).hasMessageContaining("steps = -1");
        assertThatThrownBy(() -> new State(1, Double.NEGATIVE_INFINITY, 1, 1, 1))
                .hasMessageContaining("signal = ");
    }
}
