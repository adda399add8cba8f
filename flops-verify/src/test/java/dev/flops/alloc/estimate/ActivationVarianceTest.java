package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.verify.problem.GaussHermite;
import dev.flops.verify.problem.SiteVariances;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Exact moments of lifted estimators on a site with nothing curved behind it: the production code runs at all
 * nodes of a rule of quadrature, or at all sign vectors. No statistics; floats limit agreement to about 10⁻⁶.
 */
class ActivationVarianceTest {
    private static final float SIGMA = 0.25f;
    private static final double TOLERANCE = 2e-5;
    private static final int M = LinearSuffix.ACTIVATIONS;
    private static final GaussHermite RULE = new GaussHermite(3);
    private static final LinearSuffix PROBLEM = LinearSuffix.create();

    private static SiteEstimatorFactory lifted(ParameterEstimatorConfig config) {
        return (site, suffix, activations) -> new ParameterEstimator(suffix, activations, LinearSuffix.OPS, config);
    }

    private static GradientEstimate estimate(GradientEstimator estimator, int example, int samples) {
        return estimator
                .begin(1, new int[] {example}, TestSeeds.key("exact moments at a site"), new CostLedger())
                .estimate(Allocation.of(samples));
    }

    private static double square(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return sum;
    }

    private static double square(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += (double) value * value;
        }
        return sum;
    }

    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int p = 0; p < a.length; p++) {
            largest = Math.max(largest, Math.abs(a[p] - b[p]));
        }
        return largest;
    }

    private record Moments(double[] mean, double variance) {}

    /** Over all sign vectors of n samples. */
    private static Moments overSigns(GradientEstimator estimator, ChosenSigns signs, int example, int samples) {
        int bits = M * samples;
        double[] mean = new double[estimator.parameters().dimension()];
        double second = 0;
        for (int combination = 0; combination < 1 << bits; combination++) {
            signs.choose(combination, M);
            float[] gradient = estimate(estimator, example, samples).gradient();
            for (int p = 0; p < mean.length; p++) {
                mean[p] += StrictMath.scalb((double) gradient[p], -bits);
            }
            second += StrictMath.scalb(square(gradient), -bits);
        }
        return new Moments(mean, second - square(mean));
    }

    private static Moments overSigns(Configured config, int example, int samples) {
        ChosenSigns signs = new ChosenSigns(samples);
        return overSigns(PROBLEM.estimator(lifted(config.of(signs))), signs, example, samples);
    }

    private interface Configured {
        ParameterEstimatorConfig of(Directions directions);
    }

    @Test
    void signsHaveTheGradientAndTheirVariance() {
        for (int example = 0; example < 3; example++) {
            SiteVariances v = PROBLEM.variances(example);
            for (int samples = 1; samples <= 2; samples++) {
                Moments pairs = overSigns(d -> ParameterEstimatorConfig.central(d, SIGMA), example, samples);
                assertThat(distance(pairs.mean(), PROBLEM.gradient(example))).isLessThan(TOLERANCE);
                assertThat(pairs.variance()).isCloseTo(v.rademacher() / samples, within(TOLERANCE));
                Moments clean = overSigns(d -> ParameterEstimatorConfig.forward(d, SIGMA), example, samples);
                assertThat(distance(clean.mean(), PROBLEM.gradient(example))).isLessThan(TOLERANCE);
                assertThat(clean.variance()).isCloseTo(v.rademacher() / samples, within(TOLERANCE));
            }
        }
    }

    /** Without a baseline, E‖εᵀH‖² ℓ²/σ² more. */
    @Test
    void otherBaselinesHaveTheGradientToo() {
        for (int example = 0; example < 3; example++) {
            SiteVariances v = PROBLEM.variances(example);
            Moments none = overSigns(d -> ParameterEstimatorConfig.oneSided(d, new NoBaseline(), SIGMA), example, 1);
            assertThat(distance(none.mean(), PROBLEM.gradient(example))).isLessThan(TOLERANCE);
            double loss = PROBLEM.estimator(lifted(ParameterEstimatorConfig.central(new ChosenSigns(1), SIGMA)))
                    .begin(0, new int[] {example}, TestSeeds.key("clean"), new CostLedger())
                    .signals()
                    .cleanLosses()[0];
            double slopes = square(PROBLEM.slopes()[example]);
            double more = v.product() / slopes * loss * loss / SIGMA / SIGMA;
            assertThat(none.variance()).isCloseTo(v.rademacher() + more, within(TOLERANCE * (1 + more)));
            Moments others =
                    overSigns(d -> ParameterEstimatorConfig.oneSided(d, new LeaveOneOutBaseline(), SIGMA), example, 2);
            assertThat(distance(others.mean(), PROBLEM.gradient(example))).isLessThan(TOLERANCE);
        }
    }

    /** m‖Δ‖²‖H‖² + ‖ΔᵀH‖², and v̂ that is short of it by the second term. */
    @Test
    void gaussianNoiseHasItsVarianceAndReportsItsProduct() {
        for (ParameterEstimatorConfig config : gaussian(new ChosenVectors())) {
            ChosenVectors vectors = (ChosenVectors) config.directions();
            GradientEstimator estimator = PROBLEM.estimator(lifted(config));
            for (int example = 0; example < 3; example++) {
                SiteVariances v = PROBLEM.variances(example);
                assertThat(secondMoment(estimator, vectors, M, example, 1, ActivationVarianceTest::squared)
                                - v.coherent())
                        .isCloseTo(v.gaussian(), within(TOLERANCE * v.gaussian()));
                assertThat(secondMoment(estimator, vectors, M, example, 1, found -> found.sampleVariances()[0]))
                        .isCloseTo(v.product(), within(TOLERANCE * v.product()));
                double[] gradient = PROBLEM.gradient(example);
                for (int p = 0; p < gradient.length; p++) {
                    int at = p;
                    assertThat(secondMoment(estimator, vectors, M, example, 1, found -> found.gradient()[at]))
                            .isCloseTo(gradient[p], within(TOLERANCE));
                }
            }
        }
    }

    private static List<ParameterEstimatorConfig> gaussian(ChosenVectors vectors) {
        return List.of(
                ParameterEstimatorConfig.central(vectors, SIGMA), ParameterEstimatorConfig.forward(vectors, SIGMA));
    }

    private static double squared(GradientEstimate found) {
        return square(found.gradient());
    }

    private static double secondMoment(
            GradientEstimator estimator,
            ChosenVectors vectors,
            int dimension,
            int example,
            int samples,
            ToDoubleFunction<GradientEstimate> of) {
        return RULE.expectation(dimension * samples, u -> {
            vectors.choose(u);
            return of.applyAsDouble(estimate(estimator, example, samples));
        });
    }

    /** The mean of two under leave-one-out has the variance of one: (m‖Δ‖²‖H‖² + ‖ΔᵀH‖²)/(n − 1). */
    @Test
    void leaveOneOutHasTheVarianceOfASampleLess() {
        ChosenVectors vectors = new ChosenVectors();
        GradientEstimator estimator =
                PROBLEM.estimator(lifted(ParameterEstimatorConfig.oneSided(vectors, new LeaveOneOutBaseline(), SIGMA)));
        SiteVariances v = PROBLEM.variances(1);
        assertThat(secondMoment(estimator, vectors, M, 1, 2, ActivationVarianceTest::squared) - v.coherent())
                .isCloseTo(v.gaussian(), within(TOLERANCE * v.gaussian()));
    }

    @Test
    void coordinatesAndWholeBasesKnowTheGradient() {
        for (Directions directions : List.of(CoordinateDirections.all(), new OrthonormalDirections(M))) {
            for (int example = 0; example < 3; example++) {
                for (ParameterEstimatorConfig config : List.of(
                        ParameterEstimatorConfig.central(directions, SIGMA),
                        ParameterEstimatorConfig.forward(directions, SIGMA))) {
                    float[] found = estimate(PROBLEM.estimator(lifted(config)), example, 1)
                            .gradient();
                    double[] expected = PROBLEM.gradient(example);
                    for (int p = 0; p < expected.length; p++) {
                        assertThat((double) found[p]).isCloseTo(expected[p], within(TOLERANCE));
                    }
                }
            }
        }
    }

    /** Each alters the production code behind the lifted estimate, and each is far from the mean or the variance. */
    @Test
    void noMutantHasTheMomentsOfTheRightOne() {
        SiteVariances v = PROBLEM.variances(0);
        double[] gradient = PROBLEM.gradient(0);
        for (Mutants.Mutant mutant : Mutants.all()) {
            if (mutant.name().equals("pooled averaging") || mutant.name().startsWith("noise of")) {
                continue; // One example, one sample and one site: the same, or another vector than was chosen.
            }
            ChosenSigns signs = new ChosenSigns(1);
            ParameterEstimatorConfig config = mutant.scheme() == SamplingScheme.ANTITHETIC
                    ? ParameterEstimatorConfig.central(signs, SIGMA)
                    : ParameterEstimatorConfig.forward(signs, SIGMA);
            Moments found = overSigns(
                    PROBLEM.estimator((site, suffix, activations) ->
                            new ParameterEstimator(suffix, activations, LinearSuffix.OPS, config, mutant.rules())),
                    signs,
                    0,
                    1);
            assertThat(distance(found.mean(), gradient)).as("%s", mutant).isGreaterThan(100 * TOLERANCE);
        }
        for (double factor : new double[] {0.5, 1.1}) {
            ChosenSigns signs = new ChosenSigns(1);
            Directions altered = AlteredDirections.factor(signs, factor);
            Moments found =
                    overSigns(PROBLEM.estimator(lifted(ParameterEstimatorConfig.central(altered, SIGMA))), signs, 0, 1);
            assertThat(distance(found.mean(), gradient)).isGreaterThan(100 * TOLERANCE);
            assertThat(found.variance()).isNotCloseTo(v.rademacher(), within(0.01 * v.rademacher()));
        }
    }

    /** Averaged per example, then over the batch; pooled shares and forgotten weights are not. */
    @Test
    void examplesAreAveragedAfterTheirSamples() {
        int[] batch = {2, 0};
        Allocation unequal = Allocation.weighted(new int[] {1, 1}, new double[] {0.5, 1.5});
        SiteEstimatorFactory exact = lifted(ParameterEstimatorConfig.central(CoordinateDirections.all(), SIGMA));
        double[] expected = new double[PROBLEM.parameters().dimension()];
        for (int p = 0; p < expected.length; p++) {
            expected[p] = 0.5 * (0.5 * PROBLEM.gradient(2)[p] + 1.5 * PROBLEM.gradient(0)[p]);
        }
        assertThat(distance(of(exact, ActivationRules.RIGHT, batch, unequal), expected))
                .isLessThan(TOLERANCE);
        ActivationRules forgotten = new ActivationRules(
                ActivationRules.RIGHT.key(), (weight, samples, batchSize, total) -> 1.0 / batchSize);
        assertThat(distance(of(exact, forgotten, batch, unequal), expected)).isGreaterThan(100 * TOLERANCE);
        SiteEstimatorFactory basis = lifted(ParameterEstimatorConfig.central(new OrthonormalDirections(M), SIGMA));
        Allocation more = Allocation.of(1, 3);
        for (int p = 0; p < expected.length; p++) {
            expected[p] = 0.5 * (PROBLEM.gradient(2)[p] + PROBLEM.gradient(0)[p]);
        }
        assertThat(distance(of(basis, ActivationRules.RIGHT, batch, more), expected))
                .isLessThan(TOLERANCE);
        ActivationRules pooled = new ActivationRules(
                ActivationRules.RIGHT.key(), (weight, samples, batchSize, total) -> (double) samples / total);
        assertThat(distance(of(basis, pooled, batch, more), expected)).isGreaterThan(100 * TOLERANCE);
    }

    private static double[] of(
            SiteEstimatorFactory factory, ActivationRules rules, int[] batch, Allocation allocation) {
        float[] found = PROBLEM.estimator(factory, rules)
                .begin(1, batch, TestSeeds.key("shares"), new CostLedger())
                .estimate(allocation)
                .gradient();
        double[] out = new double[found.length];
        for (int p = 0; p < out.length; p++) {
            out[p] = found[p];
        }
        return out;
    }
}
