package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.api.StateArrays;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.OracleNetwork;
import dev.flops.verify.support.ReferenceNoise;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an estimate teaches the scales equals the definition of its {@link ScaleObjective}, site by site, in double precision; no
 * statistics. {@link ScaleObjectiveTest} shows that the definition is the derivative that it claims to be.
 *
 * <p>Error: losses are known to about 5·10⁻⁷, even weights are σ² = 0.04² and more in size, so that a term is known to about 5·10⁻⁴ of
 * itself; the sum is held against the sum of the absolute terms.
 */
class ScaleDerivativeTest {
    private static final int STEP = 5;
    private static final int[] EXAMPLES = {4, 0, 2};

    /** Importance weights, with an example that is left out. */
    private static final Allocation WEIGHTED = Allocation.weighted(new int[] {3, 0, 2}, new double[] {1.5, 0, 0.75});

    private static final double TOLERANCE = 2e-3;

    /** Scales move in proportion to the derivative: neither end of the range is met. */
    private static final double RATE = 1e-3;

    private static final double RANGE = 1e6;
    private static final List<ScaleObjective> OBJECTIVES =
            List.of(new ScaleObjective.SmoothedLoss(RATE, RANGE), new ScaleObjective.EstimatorVariance(RATE, RANGE));

    static Stream<Arguments> estimates() {
        List<Arguments> list = new ArrayList<>();
        Set<String> names = Set.of("tokens", "layer-norm", "embedding", "convolution");
        for (NetworkCase problem : NetworkCase.all()) {
            if (!names.contains(problem.name())) {
                continue;
            }
            for (SiteMode mode : SiteMode.values()) {
                for (SamplingScheme scheme : SamplingScheme.values()) {
                    for (ScaleObjective objective : OBJECTIVES) {
                        list.add(Arguments.of(problem, mode, scheme, objective));
                    }
                }
            }
        }
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("estimates")
    void learnedScalesFollowTheDefinition(
            NetworkCase problem, SiteMode mode, SamplingScheme scheme, ScaleObjective objective) {
        for (Allocation allocation : List.of(Allocation.of(1, 3, 2), WEIGHTED)) {
            double[] expected = definition(problem, mode, scheme, objective, allocation, false);
            double[] sizes = definition(problem, mode, scheme, objective, allocation, true);
            double[] found = learned(problem, mode, objective, EstimatorRules.of(scheme), scheme, allocation);
            for (int j = 0; j < found.length; j++) {
                assertThat(sizes[j]).isPositive();
                assertThat(Math.abs(found[j] - expected[j]) / sizes[j])
                        .as("site %d: %s, expected %s", j, found[j], expected[j])
                        .isLessThan(TOLERANCE);
            }
        }
    }

    /** A wrong formula under the objective in which it matters. */
    private record Mutant(String name, ScaleObjective objective, UnaryOperator<ScaleRules> change) {}

    private static List<Mutant> mutants() {
        ScaleObjective loss = OBJECTIVES.getFirst();
        ScaleObjective variance = OBJECTIVES.getLast();
        List<Mutant> mutants = new ArrayList<>();
        mutants.add(new Mutant(
                "odd weights",
                loss,
                right -> new ScaleRules(
                        scheme -> EstimatorRules.of(scheme).weight(), right.score(), right.slope(), right.noise())));
        mutants.add(new Mutant(
                "a pair without its half",
                loss,
                right -> new ScaleRules(
                        scheme -> (plus, minus, clean) -> plus + minus - 2 * clean,
                        right.score(),
                        right.slope(),
                        right.noise())));
        mutants.add(new Mutant(
                "the factor two of the norm left out",
                variance,
                right -> new ScaleRules(
                        right.even(),
                        right.score(),
                        (all, site, score, square) -> all * score - site * square,
                        right.noise())));
        mutants.add(new Mutant(
                "the norm of one site for those of all",
                variance,
                right -> new ScaleRules(
                        right.even(),
                        right.score(),
                        (all, site, score, square) -> site * (score - 2 * square),
                        right.noise())));
        for (ScaleObjective objective : OBJECTIVES) {
            mutants.add(new Mutant(
                    "m plus one for m",
                    objective,
                    right ->
                            new ScaleRules(right.even(), (square, m) -> square - m - 1, right.slope(), right.noise())));
            mutants.add(new Mutant(
                    "noise of the next sample",
                    objective,
                    right -> new ScaleRules(
                            right.even(),
                            right.score(),
                            right.slope(),
                            a -> new NoiseAddress(a.key(), a.site(), a.sample() + 1))));
        }
        return mutants;
    }

    @Test
    void theDefinitionTellsEveryMutant() {
        NetworkCase problem = NetworkCase.tokens();
        SamplingScheme scheme = SamplingScheme.ANTITHETIC;
        Allocation allocation = Allocation.of(1, 3, 2);
        for (Mutant mutant : mutants()) {
            EstimatorRules right = EstimatorRules.of(scheme);
            EstimatorRules wrong = new EstimatorRules(
                    right.weight(),
                    right.scale(),
                    right.contraction(),
                    mutant.change().apply(right.scales()));
            double[] expected = definition(problem, SiteMode.ALL_SITES, scheme, mutant.objective(), allocation, false);
            double[] sizes = definition(problem, SiteMode.ALL_SITES, scheme, mutant.objective(), allocation, true);
            double[] found = learned(problem, SiteMode.ALL_SITES, mutant.objective(), wrong, scheme, allocation);
            double largest = 0;
            for (int j = 0; j < found.length; j++) {
                largest = Math.max(largest, Math.abs(found[j] - expected[j]) / sizes[j]);
            }
            assertThat(largest).as("%s, %s", mutant.name(), mutant.objective()).isGreaterThan(5 * TOLERANCE);
        }
    }

    private static List<SiteNoise> noise(NetworkCase problem) {
        List<SiteNoise> noise = new ArrayList<>();
        for (Site site : problem.network().sites()) {
            float sigma = 0.04f * (2 + noise.size() % 3);
            PerturbedSpace weights = new PerturbedSpace.Weights();
            boolean ofWeights = weights.at(site) && noise.size() % 2 == 1;
            noise.add(ofWeights ? new SiteNoise(weights, sigma) : SiteNoise.activations(sigma));
        }
        return noise;
    }

    private static RandomKey key(NetworkCase problem) {
        return TestSeeds.key("learned scales, " + problem.name());
    }

    /** The derivative that a step has followed, from the state that it left. */
    private static double[] learned(
            NetworkCase problem,
            SiteMode mode,
            ScaleObjective objective,
            EstimatorRules rules,
            SamplingScheme scheme,
            Allocation allocation) {
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, scheme, 1f, 4).withScales(objective),
                rules,
                noise(problem));
        estimator.begin(STEP, EXAMPLES, key(problem), new CostLedger()).estimate(allocation);
        StateArrays state = new StateArrays();
        estimator.state().saveTo(state);
        double[] slopes =
                state.doubles("logScaleFactors", problem.network().sites().size());
        for (Site site : problem.network().sites()) {
            double damping = Math.min(1, (double) allocation.total() / numbers(problem, site));
            slopes[site.index()] /= -RATE * damping;
        }
        return slopes;
    }

    private static int numbers(NetworkCase problem, Site site) {
        return noise(problem).get(site.index()).space() instanceof PerturbedSpace.Activations
                ? new OracleGradient(problem).siteOutput(problem.theta(), 0, site.index(), OracleNetwork.NONE).length
                : dimension(site);
    }

    private static int dimension(Site site) {
        return site.contraction().parameters().stream()
                .mapToInt(Parameter::length)
                .sum();
    }

    /** The formulas of the objective as they stand there; or, for the size of errors, with the absolute values of all terms. */
    private static double[] definition(
            NetworkCase problem,
            SiteMode mode,
            SamplingScheme scheme,
            ScaleObjective objective,
            Allocation allocation,
            boolean absolute) {
        List<Site> sites = problem.network().sites();
        PerturbedWeightsOracle oracle = new PerturbedWeightsOracle(problem, scheme, noise(problem));
        double[][] norms = norms(problem);
        double[] slopes = new double[sites.size()];
        for (Site site : sites) {
            int j = site.index();
            int m = numbers(problem, site);
            List<Site> perturbed = mode == SiteMode.ALL_SITES ? sites : List.of(site);
            double numerator = 0;
            double denominator = 0;
            for (int i = 0; i < EXAMPLES.length; i++) {
                RandomKey key = key(problem).forExample(STEP, EXAMPLES[i]);
                double all = 0;
                for (Site other : perturbed) {
                    all += norms[i][other.index()];
                }
                for (int k = 0; k < allocation.samples(i); k++) {
                    double[] losses = oracle.losses(perturbed, EXAMPLES[i], key, k);
                    double score = score(key, j, k, m);
                    double share = allocation.weight(i) / allocation.samples(i);
                    if (objective instanceof ScaleObjective.SmoothedLoss) {
                        double term = even(scheme, losses) * score;
                        numerator += share * (absolute ? Math.abs(term) : term) / EXAMPLES.length;
                    } else {
                        double w = odd(scheme, losses);
                        double first = w * w * all * score;
                        double second = 2 * norms[i][j] * w * w;
                        numerator += share * (absolute ? Math.abs(first) + second : first - second);
                        denominator += share * all * w * w;
                    }
                }
            }
            slopes[j] = objective instanceof ScaleObjective.SmoothedLoss ? numerator : numerator / denominator;
        }
        return slopes;
    }

    private static double score(RandomKey key, int site, int k, int m) {
        double score = -m;
        for (int e = 0; e < m; e++) {
            double noise = ReferenceNoise.gaussian(new NoiseAddress(key, site, k), e);
            score += noise * noise;
        }
        return score;
    }

    private static double even(SamplingScheme scheme, double[] losses) {
        return scheme == SamplingScheme.ANTITHETIC ? (losses[0] + losses[1]) / 2 - losses[2] : losses[0] - losses[2];
    }

    private static double odd(SamplingScheme scheme, double[] losses) {
        return switch (scheme) {
            case ONE_POINT -> losses[0];
            case CLEAN_BASELINE -> losses[0] - losses[2];
            case ANTITHETIC -> (losses[0] - losses[1]) / 2;
        };
    }

    /** c_ij: ‖J(h_i)ᵀ u‖² summed over unit vectors u of the site's output, or the number of its parameters, over σ_j². */
    private static double[][] norms(NetworkCase problem) {
        List<Site> sites = problem.network().sites();
        OracleGradient oracle = new OracleGradient(problem);
        double[][] norms = new double[EXAMPLES.length][sites.size()];
        for (int i = 0; i < EXAMPLES.length; i++) {
            for (Site site : sites) {
                SiteNoise noise = noise(problem).get(site.index());
                double square = dimension(site);
                if (noise.space() instanceof PerturbedSpace.Activations) {
                    square = squaredContraction(problem, oracle, site, EXAMPLES[i]);
                }
                norms[i][site.index()] = square / noise.sigma() / noise.sigma();
            }
        }
        return norms;
    }

    private static double squaredContraction(NetworkCase problem, OracleGradient oracle, Site site, int example) {
        double square = 0;
        for (int e = 0; e < numbers(problem, site); e++) {
            double[] unit = new double[numbers(problem, site)];
            unit[e] = 1;
            double[] gradient = new double[problem.network().parameters().dimension()];
            oracle.addContraction(site, example, unit, OracleNetwork.NONE, gradient);
            for (double value : gradient) {
                square += value * value;
            }
        }
        return square;
    }
}
