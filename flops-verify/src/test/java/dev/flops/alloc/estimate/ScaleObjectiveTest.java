package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.verify.problem.GaussHermite;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/**
 * The expectations of what scales are learned from are the derivatives of the stated objectives: Gauss–Hermite quadrature over the noise of
 * two sites with one number each, or of one site with two, against closed forms of ℓ(δ) = exp(a·δ), for which with s = Σ σ_j² a_j²
 *
 * <pre>
 *   E ℓ = exp(s/2),   E ℓ² = exp(2s),   E ((ℓ⁺ − ℓ⁻)/2)² = (exp(2s) − 1)/2
 * </pre>
 *
 * Nothing is sampled. Error: weights are float, so that a term of order 1 is known to 10⁻⁷; the quadrature is exact far beyond.
 */
class ScaleObjectiveTest {
    private static final GaussHermite RULE = new GaussHermite(30);
    private static final double TOLERANCE = 1e-5;

    /** Two numbers of noise with scales, slopes of the loss in them, and squared norms of the sites' inputs. */
    private record Model(double[] sigma, double[] slope, double[] input) {
        double exponent() {
            return square(sigma[0] * slope[0]) + square(sigma[1] * slope[1]);
        }

        double norm(int j) {
            return input[j] / square(sigma[j]);
        }

        float loss(double[] e, int sign) {
            return (float) StrictMath.exp(sign * (sigma[0] * slope[0] * e[0] + sigma[1] * slope[1] * e[1]));
        }

        float weigh(EstimatorRules.WeightRule rule, double[] e) {
            return rule.weight(loss(e, 1), loss(e, -1), 1f);
        }

        /** E[w (‖ε_j‖² − m_j)] of one site. */
        double smoothed(ScaleRules rules, SamplingScheme scheme, int j) {
            return RULE.expectation(
                    2, e -> weigh(rules.even().apply(scheme), e) * rules.score().score(square(e[j]), 1));
        }

        /** The same of a site with two numbers of one scale. */
        double smoothedTogether(ScaleRules rules, SamplingScheme scheme) {
            return RULE.expectation(
                    2, e -> weigh(rules.even().apply(scheme), e) * rules.score().score(square(e[0]) + square(e[1]), 2));
        }

        double meanSquare(SamplingScheme scheme) {
            return RULE.expectation(
                    2, e -> square(weigh(EstimatorRules.of(scheme).weight(), e)));
        }

        /** Numerator over denominator of the derivative of log Σ v̂, all sites at once. */
        double variance(ScaleRules rules, SamplingScheme scheme, int j) {
            double all = norm(0) + norm(1);
            double numerator = RULE.expectation(2, e -> {
                double square = square(weigh(EstimatorRules.of(scheme).weight(), e));
                return rules.slope().slope(all, norm(j), square * rules.score().score(square(e[j]), 1), square);
            });
            return numerator / (all * meanSquare(scheme));
        }

        /** d log E[w²]/ds · 2 σ_j² a_j² − 2 c_j/C. */
        double varianceByHand(SamplingScheme scheme, int j) {
            double s = exponent();
            double relative = switch (scheme) {
                case ONE_POINT -> 2;
                case CLEAN_BASELINE ->
                    (2 * StrictMath.exp(2 * s) - StrictMath.exp(s / 2))
                            / (StrictMath.exp(2 * s) - 2 * StrictMath.exp(s / 2) + 1);
                case ANTITHETIC -> 2 * StrictMath.exp(2 * s) / StrictMath.expm1(2 * s);
            };
            return relative * 2 * square(sigma[j] * slope[j]) - 2 * norm(j) / (norm(0) + norm(1));
        }
    }

    private static double square(double x) {
        return x * x;
    }

    private static Model model(double first, double second) {
        return new Model(new double[] {first, second}, new double[] {0.75, -0.5}, new double[] {3, 0.5});
    }

    @Property(tries = 100)
    void theSmoothedLossHasThisDerivative(
            @ForAll @DoubleRange(min = 0.05, max = 0.8) double first,
            @ForAll @DoubleRange(min = 0.05, max = 0.8) double second) {
        Model model = model(first, second);
        for (SamplingScheme scheme : SamplingScheme.values()) {
            for (int j = 0; j < 2; j++) {
                double expected = square(model.sigma()[j] * model.slope()[j]) * StrictMath.exp(model.exponent() / 2);
                assertThat(model.smoothed(ScaleRules.RIGHT, scheme, j)).isCloseTo(expected, within(TOLERANCE));
            }
            Model one = model(first, first);
            assertThat(one.smoothedTogether(ScaleRules.RIGHT, scheme))
                    .isCloseTo(one.exponent() * StrictMath.exp(one.exponent() / 2), within(TOLERANCE));
        }
    }

    @Property(tries = 100)
    void theSecondMomentHasThisDerivative(
            @ForAll @DoubleRange(min = 0.2, max = 0.8) double first,
            @ForAll @DoubleRange(min = 0.2, max = 0.8) double second) {
        Model model = model(first, second);
        for (SamplingScheme scheme : SamplingScheme.values()) {
            for (int j = 0; j < 2; j++) {
                assertThat(model.variance(ScaleRules.RIGHT, scheme, j))
                        .as("%s, site %d", scheme, j)
                        .isCloseTo(model.varianceByHand(scheme, j), within(TOLERANCE));
            }
        }
    }

    /** The odd weight of the gradient knows nothing of the scale, whatever the loss. */
    @Property(tries = 50)
    void oddWeightsGiveNothing(
            @ForAll @DoubleRange(min = 0.2, max = 0.8) double first,
            @ForAll @DoubleRange(min = 0.2, max = 0.8) double second) {
        ScaleRules odd = with(scheme -> EstimatorRules.of(scheme).weight());
        Model model = model(first, second);
        for (int j = 0; j < 2; j++) {
            assertThat(model.smoothed(odd, SamplingScheme.ANTITHETIC, j)).isCloseTo(0, within(1e-12));
            assertThat(model.smoothed(ScaleRules.RIGHT, SamplingScheme.ANTITHETIC, j))
                    .isGreaterThan(1e-3);
        }
    }

    private static ScaleRules with(Function<SamplingScheme, EstimatorRules.WeightRule> even) {
        return new ScaleRules(even, ScaleRules.RIGHT.score(), ScaleRules.RIGHT.slope(), ScaleRules.RIGHT.noise());
    }

    @Example
    void wrongFormulasAreTold() {
        ScaleRules right = ScaleRules.RIGHT;
        List<ScaleRules> mutants = List.of(
                new ScaleRules(right.even(), (square, m) -> square - m - 1, right.slope(), right.noise()),
                new ScaleRules(right.even(), (square, m) -> square, right.slope(), right.noise()),
                new ScaleRules(
                        right.even(), right.score(), (all, site, score, w) -> all * score - site * w, right.noise()),
                new ScaleRules(
                        right.even(), right.score(), (all, site, score, w) -> site * (score - 2 * w), right.noise()),
                with(scheme -> EstimatorRules.of(scheme).weight()),
                with(scheme -> (plus, minus, clean) -> plus + minus - 2 * clean));
        Model model = model(0.5, 0.3);
        SamplingScheme scheme = SamplingScheme.ANTITHETIC;
        for (ScaleRules mutant : mutants) {
            double ofLoss = model.smoothed(mutant, scheme, 0) - model.smoothed(right, scheme, 0);
            double ofVariance = model.variance(mutant, scheme, 0) - model.varianceByHand(scheme, 0);
            assertThat(Math.max(Math.abs(ofLoss), Math.abs(ofVariance)))
                    .as("mutant %d", mutants.indexOf(mutant))
                    .isGreaterThan(1e3 * TOLERANCE);
        }
    }

    /** Where the loss is nearly linear, descent ends where each site's share of the noise is its share of the loss: σ⁴ ∝ input/slope². */
    @Property(tries = 20)
    void descentBalancesTheSites(
            @ForAll @DoubleRange(min = 0.005, max = 0.02) @Scale(4) double first,
            @ForAll @DoubleRange(min = 0.005, max = 0.02) @Scale(4) double second) {
        Model model = model(first, second);
        double[] logs = {StrictMath.log(first), StrictMath.log(second)};
        for (int step = 0; step < 60; step++) {
            model = model(StrictMath.exp(logs[0]), StrictMath.exp(logs[1]));
            for (int j = 0; j < 2; j++) {
                logs[j] -= 0.1 * model.variance(ScaleRules.RIGHT, SamplingScheme.ANTITHETIC, j);
            }
        }
        double[] balanced = {model.input()[0] / square(model.slope()[0]), model.input()[1] / square(model.slope()[1])};
        assertThat(4 * (logs[0] - logs[1])).isCloseTo(StrictMath.log(balanced[0] / balanced[1]), within(1e-2));
    }

    @Example
    void rangesAreChecked() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ScaleObjective.SmoothedLoss(bad, 2))
                    .withMessage("rate = " + bad + ", expected a finite number > 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ScaleObjective.EstimatorVariance(bad, 2))
                    .withMessage("rate = " + bad + ", expected a finite number > 0");
        }
        for (double bad : new double[] {1, 0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ScaleObjective.SmoothedLoss(1, bad))
                    .withMessage("range = " + bad + ", expected a finite number > 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ScaleObjective.EstimatorVariance(1, bad))
                    .withMessage("range = " + bad + ", expected a finite number > 1");
        }
    }
}
