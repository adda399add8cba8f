package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.api.SiteAllocation;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.ProductContraction;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sites that perturb weights, each with a scale of its own: the estimate equals its definition, number by number, and its bits
 * depend on no width, thread or chunk. No statistics; the tolerance is that of {@link LikelihoodRatioDefinitionTest}.
 */
class PerturbedWeightsTest {
    private static final int STEP = 5;
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final Allocation SKEWED = Allocation.of(1, 3, 2);
    private static final double RELATIVE_TOLERANCE = 1e-4;
    private static final PerturbedSpace FULL = new PerturbedSpace.Weights();
    private static final PerturbedSpace RANK_1 = new PerturbedSpace.LowRankWeights(1);
    private static final PerturbedSpace RANK_3 = new PerturbedSpace.LowRankWeights(3);

    /** What the sites perturb in turn; where there are no weights, activations. */
    private static final List<List<PerturbedSpace>> PATTERNS = List.of(
            List.of(FULL),
            List.of(RANK_1),
            List.of(RANK_3),
            List.of(FULL, new PerturbedSpace.Activations(), RANK_3, new PerturbedSpace.Activations()));

    private static List<SiteNoise> noise(NetworkCase problem, List<PerturbedSpace> pattern) {
        List<SiteNoise> noise = new ArrayList<>();
        for (Site site : problem.network().sites()) {
            float sigma = 0.04f * (1 + noise.size() % 3);
            PerturbedSpace space = pattern.get(noise.size() % pattern.size());
            noise.add(space.at(site) ? new SiteNoise(space, sigma) : SiteNoise.activations(sigma));
        }
        return noise;
    }

    static Stream<Arguments> estimates() {
        List<Arguments> list = new ArrayList<>();
        for (NetworkCase problem : NetworkCase.all()) {
            for (SamplingScheme scheme : SamplingScheme.values()) {
                for (SiteMode mode : SiteMode.values()) {
                    list.add(Arguments.of(problem, mode, scheme));
                }
            }
        }
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("estimates")
    void estimateEqualsItsDefinition(NetworkCase problem, SiteMode mode, SamplingScheme scheme) {
        for (List<PerturbedSpace> pattern : PATTERNS) {
            List<SiteNoise> noise = noise(problem, pattern);
            float[] found = estimate(problem, mode, scheme, EstimatorRules.of(scheme), noise);
            double[] expected = definition(problem, mode, scheme, noise);
            for (Parameter p : problem.network().parameters().list()) {
                assertThat(largest(expected, p)).as("%s of %s", noise, p.name()).isPositive();
            }
            assertThat(deviation(problem, found, expected)).as("%s", noise).isLessThan(RELATIVE_TOLERANCE);
        }
    }

    @Test
    void theDefinitionTellsEveryMutantFromTheEstimator() {
        NetworkCase problem = NetworkCase.tokens();
        for (PerturbedSpace space : List.of(FULL, RANK_3)) {
            List<SiteNoise> noise = noise(problem, List.of(space));
            for (SiteMode mode : SiteMode.values()) {
                for (Mutants.Mutant mutant : Mutants.all()) {
                    float[] found = estimate(problem, mode, mutant.scheme(), mutant.rules(), noise);
                    double[] expected = definition(problem, mode, mutant.scheme(), noise);
                    assertThat(deviation(problem, found, expected))
                            .as("%s, %s, %s", mutant, mode, space)
                            .isGreaterThan(100 * RELATIVE_TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDefinitionTellsScalesOfOtherSitesAndOtherRanks(SiteMode mode) {
        NetworkCase problem = NetworkCase.tokens();
        SamplingScheme scheme = SamplingScheme.ANTITHETIC;
        List<SiteNoise> right = noise(problem, List.of(RANK_1));
        double[] expected = definition(problem, mode, scheme, right);
        List<List<SiteNoise>> wrong = List.of(right.reversed(), noise(problem, List.of(RANK_3)));
        for (List<SiteNoise> other : wrong) {
            float[] found = estimate(problem, mode, scheme, EstimatorRules.of(scheme), other);
            assertThat(deviation(problem, found, expected)).as("%s", other).isGreaterThan(10 * RELATIVE_TOLERANCE);
        }
    }

    /** v̂_ij = m (k + 1) / σ_j² · mean_k w_ijk². */
    @Test
    void sampleVariancesAreThoseOfTheirDefinition() {
        SamplingScheme scheme = SamplingScheme.ANTITHETIC;
        for (NetworkCase problem : List.of(NetworkCase.tokens(), NetworkCase.convolution("convolution", 1, 2))) {
            for (PerturbedSpace space : List.of(FULL, RANK_3)) {
                List<SiteNoise> noise = noise(problem, List.of(space));
                SiteEstimate found = step(problem, noise, new CostLedger())
                        .estimate(SiteAllocation.same(
                                SKEWED, problem.network().sites().size()));
                PerturbedWeightsOracle oracle = new PerturbedWeightsOracle(problem, scheme, noise);
                for (Site site : problem.network().sites()) {
                    int dimension = site.contraction().parameters().stream()
                            .mapToInt(Parameter::length)
                            .sum();
                    double sigma = noise.get(site.index()).sigma();
                    for (int i = 0; i < EXAMPLES.length; i++) {
                        RandomKey key = key(problem).forExample(STEP, EXAMPLES[i]);
                        double square = oracle.meanSquaredWeight(site, EXAMPLES[i], key, SKEWED.samples(i));
                        double expected = dimension * square / sigma / sigma;
                        assertThat(found.siteVariances()[i][site.index()]).isCloseTo(expected, within(1e-3 * expected));
                    }
                }
            }
        }
    }

    /** The stated cost of a site is what the ledger counts for a sample more there. */
    @Test
    void costsAreTheOperationsOfASampleMore() {
        for (NetworkCase problem : List.of(NetworkCase.tokens(), NetworkCase.convolution("convolution", 1, 2))) {
            for (List<PerturbedSpace> pattern : PATTERNS) {
                List<SiteNoise> noise = noise(problem, pattern);
                int sites = noise.size();
                for (int j = 0; j < sites; j++) {
                    long[] spent = new long[2];
                    double cost = 0;
                    for (int run = 0; run < 2; run++) {
                        Allocation[] bySite = new Allocation[sites];
                        Arrays.fill(bySite, SKEWED);
                        bySite[j] = run == 0 ? SKEWED : Allocation.of(1, 3, 9);
                        CostLedger ledger = new CostLedger();
                        SiteStep step = step(problem, noise, ledger);
                        cost = step.siteCosts()[j];
                        step.estimate(SiteAllocation.of(bySite));
                        spent[run] = ledger.flops();
                    }
                    assertThat((spent[1] - spent[0]) / 7.0)
                            .as("%s, %s, site %d", problem, noise, j)
                            .isEqualTo(cost);
                }
            }
        }
    }

    @Test
    void widthsThreadsAndChunksChangeNoBit() {
        for (NetworkCase problem :
                List.of(NetworkCase.visionTransformer(), NetworkCase.convolution("convolution", 1, 2))) {
            for (List<PerturbedSpace> pattern : PATTERNS) {
                List<SiteNoise> noise = noise(problem, pattern);
                for (SiteMode mode : SiteMode.values()) {
                    float[] once = estimate(problem, mode, SimdWidth.SCALAR, 1, 1, noise);
                    for (SimdWidth width : SimdWidth.values()) {
                        assertThat(estimate(problem, mode, width, 2, 3, noise))
                                .as("%s, %s, %s, %s", problem, noise, mode, width)
                                .isEqualTo(once);
                    }
                    assertThat(estimate(problem, mode, SimdWidth.AUTO, 1, 64, noise))
                            .isEqualTo(once);
                }
            }
        }
    }

    /** Noise at the activations with one scale is what the estimator without noise of its own does. */
    @ParameterizedTest
    @EnumSource
    void activationsAreTheDefault(SiteMode mode) {
        NetworkCase problem = NetworkCase.visionTransformer();
        SamplingScheme scheme = SamplingScheme.CLEAN_BASELINE;
        List<SiteNoise> same = Collections.nCopies(problem.network().sites().size(), SiteNoise.activations(0.1f));
        float[] byDefault = new LikelihoodRatioEstimator(
                        problem.network(),
                        problem.network().parameters(),
                        problem.data(),
                        TensorOps.of(SimdWidth.AUTO),
                        Workers.callingThread(),
                        new LikelihoodRatioConfig(mode, scheme, 0.1f, 4))
                .begin(STEP, EXAMPLES, key(problem), new CostLedger())
                .estimate(SKEWED)
                .gradient();
        assertThat(estimate(problem, mode, scheme, EstimatorRules.of(scheme), same))
                .isEqualTo(byDefault);
    }

    @Test
    void onlyLowRankWeightsAreUnbiasedToSecondOrderAlone() {
        NetworkCase problem = NetworkCase.tokens();
        assertThat(target(problem, FULL)).isEqualTo(GradientTarget.SMOOTHED_GRADIENT);
        assertThat(target(problem, new PerturbedSpace.Activations())).isEqualTo(GradientTarget.SMOOTHED_GRADIENT);
        assertThat(target(problem, RANK_1)).isEqualTo(GradientTarget.GRADIENT_TO_SECOND_ORDER);
    }

    private static GradientTarget target(NetworkCase problem, PerturbedSpace ofTheFirst) {
        List<SiteNoise> noise = List.of(new SiteNoise(ofTheFirst, 0.1f), SiteNoise.activations(0.1f));
        return estimator(problem, SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC, noise)
                .target();
    }

    @Test
    void refusesNoiseThatDoesNotFit() {
        NetworkCase problem = NetworkCase.visionTransformer();
        List<Site> sites = problem.network().sites();
        List<SiteNoise> weights = Collections.nCopies(sites.size(), new SiteNoise(FULL, 0.1f));
        String first = sites.stream()
                .filter(site -> !(site.contraction() instanceof ProductContraction))
                .findFirst()
                .orElseThrow()
                .name();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> estimator(problem, SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC, weights))
                .withMessageStartingWith("space = weights at site " + first + ", expected activations");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> estimator(problem, SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC, weights.subList(0, 2)))
                .withMessage("noise has 2 entries, expected one for each of " + sites.size() + " sites");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteNoise(FULL, 0f))
                .withMessage("sigma = 0.0, expected a finite number > 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PerturbedSpace.LowRankWeights(0))
                .withMessage("rank = 0, expected >= 1");
    }

    private static RandomKey key(NetworkCase problem) {
        return TestSeeds.key("perturbed weights, " + problem.name());
    }

    private static LikelihoodRatioEstimator estimator(
            NetworkCase problem, SiteMode mode, SamplingScheme scheme, List<SiteNoise> noise) {
        return new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, scheme, 1f, 4),
                noise);
    }

    private static SiteStep step(NetworkCase problem, List<SiteNoise> noise, CostLedger ledger) {
        return estimator(problem, SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC, noise)
                .beginSites(STEP, EXAMPLES, key(problem), ledger);
    }

    private static float[] estimate(
            NetworkCase problem, SiteMode mode, SamplingScheme scheme, EstimatorRules rules, List<SiteNoise> noise) {
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, scheme, 1f, 4),
                rules,
                noise);
        return estimator
                .begin(STEP, EXAMPLES, key(problem), new CostLedger())
                .estimate(SKEWED)
                .gradient();
    }

    private static float[] estimate(
            NetworkCase problem, SiteMode mode, SimdWidth width, int threads, int chunk, List<SiteNoise> noise) {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            return new LikelihoodRatioEstimator(
                            problem.network(),
                            problem.network().parameters(),
                            problem.data(),
                            TensorOps.of(width),
                            threads == 1 ? Workers.callingThread() : Workers.on(executor, threads),
                            new LikelihoodRatioConfig(mode, SamplingScheme.ANTITHETIC, 1f, chunk),
                            noise)
                    .begin(STEP, EXAMPLES, key(problem), new CostLedger())
                    .estimate(Allocation.of(2, 19, 7))
                    .gradient();
        }
    }

    private static double[] definition(
            NetworkCase problem, SiteMode mode, SamplingScheme scheme, List<SiteNoise> noise) {
        return new PerturbedWeightsOracle(problem, scheme, noise).estimate(mode, STEP, EXAMPLES, SKEWED, key(problem));
    }

    /** Largest deviation, in units of the largest entry of the same parameter. */
    private static double deviation(NetworkCase problem, float[] found, double[] expected) {
        double deviation = 0;
        for (Parameter p : problem.network().parameters().list()) {
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                deviation = Math.max(deviation, Math.abs(found[d] - expected[d]) / largest(expected, p));
            }
        }
        return deviation;
    }

    private static double largest(double[] values, Parameter p) {
        double largest = 0;
        for (int d = p.offset(); d < p.offset() + p.length(); d++) {
            largest = Math.max(largest, Math.abs(values[d]));
        }
        return largest;
    }
}
