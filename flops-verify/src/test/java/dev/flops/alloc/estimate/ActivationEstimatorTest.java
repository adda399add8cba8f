package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientTarget;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.StreamedProblem;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a lifted estimator costs, remembers and refuses, and that its bits depend on no thread, width or chunk. */
class ActivationEstimatorTest {
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);
    private static final RandomKey KEY = TestSeeds.key("lifted estimator");

    static List<LiftedCase> all() {
        return LiftedCase.all();
    }

    private static ActivationEstimator estimator(NetworkCase problem, SiteEstimatorFactory factory) {
        return new ActivationEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                OPS,
                Workers.callingThread(),
                new ActivationEstimatorConfig(factory));
    }

    private static SiteEstimatorFactory lifted(ParameterEstimatorConfig config) {
        return (site, suffix, activations) -> new ParameterEstimator(suffix, activations, OPS, config);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theLedgerHoldsWhatTheCostStates(LiftedCase lifted) {
        for (NetworkCase problem : NetworkCase.all()) {
            ActivationEstimator estimator = estimator(problem, lifted.factory(OPS));
            CostLedger ledger = new CostLedger();
            estimator.begin(0, EXAMPLES, KEY, ledger).estimate(lifted.allocation());
            int queries = 0;
            for (ActivationSite site : estimator.sites()) {
                queries += site.estimator().cost().queriesPerSample();
            }
            assertThat(estimator.cost().queriesPerSample()).isEqualTo(queries);
            assertThat(estimator.cost().cleanQueriesPerExample()).isEqualTo(1);
            assertThat(ledger.queries(CostLedger.Kind.CLEAN)).isEqualTo(EXAMPLES.length);
            assertThat(ledger.queries(CostLedger.Kind.PERTURBED))
                    .isEqualTo((long) queries * lifted.allocation().total());
        }
    }

    /** A sample more costs its forwards behind each site, and two operations per activation to form each point and to add up. */
    @Test
    void aSampleMoreCostsItsSuffixes() {
        for (NetworkCase problem : NetworkCase.all()) {
            ActivationEstimator estimator =
                    estimator(problem, lifted(ParameterEstimatorConfig.central(new GaussianDirections(), 0.1f)));
            long[] spent = new long[2];
            for (int run = 0; run < 2; run++) {
                CostLedger ledger = new CostLedger();
                estimator.begin(0, EXAMPLES, KEY, ledger).estimate(Allocation.of(2, 2, 2 + 5 * run));
                spent[run] = ledger.flops();
            }
            LikelihoodRatioEstimator ratio = new LikelihoodRatioEstimator(
                    problem.network(),
                    problem.network().parameters(),
                    problem.data(),
                    OPS,
                    Workers.callingThread(),
                    new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC, 0.1f, 4));
            double stated = Arrays.stream(
                            ratio.beginSites(0, EXAMPLES, KEY, new CostLedger()).siteCosts())
                    .sum();
            int activations = estimator.sites().stream()
                    .mapToInt(ActivationSite::dimension)
                    .sum();
            assertThat((spent[1] - spent[0]) / 5.0).as("%s", problem).isEqualTo(stated + 4 * activations);
        }
    }

    @Test
    void aPilotIsCountedAsOneAndHasNoiseOfItsOwn() {
        ActivationEstimator estimator = estimator(
                NetworkCase.tokens(), lifted(ParameterEstimatorConfig.central(new GaussianDirections(), 0.1f)));
        CostLedger ledger = new CostLedger();
        var step = estimator.begin(0, EXAMPLES, KEY, ledger);
        GradientEstimate pilot = step.pilot(Allocation.of(2, 2, 2));
        assertThat(ledger.queries(CostLedger.Kind.PILOT)).isEqualTo(6 * 4);
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isZero();
        assertThat(step.estimate(Allocation.of(2, 2, 2)).gradient()).isNotEqualTo(pilot.gradient());
    }

    @ParameterizedTest
    @MethodSource("all")
    void threadsWidthsCallsAndWindowsChangeNoBit(LiftedCase lifted) {
        NetworkCase problem = NetworkCase.visionTransformer();
        float[] once = estimate(problem, lifted, SimdWidth.SCALAR, 1, 2, LikelihoodRatioConfig.ALL);
        for (SimdWidth width : SimdWidth.values()) {
            assertThat(estimate(problem, lifted, width, 2, 7, 1))
                    .as("%s", width)
                    .isEqualTo(once);
        }
        assertThat(estimate(problem, lifted, SimdWidth.AUTO, 1, 64, 2)).isEqualTo(once);
    }

    private static float[] estimate(
            NetworkCase problem, LiftedCase lifted, SimdWidth width, int threads, int queriesPerCall, int recorded) {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            TensorOps ops = TensorOps.of(width);
            return new ActivationEstimator(
                            problem.network(),
                            problem.network().parameters(),
                            problem.data(),
                            ops,
                            threads == 1 ? Workers.callingThread() : Workers.on(executor, threads),
                            new ActivationEstimatorConfig(lifted.factory(ops, queriesPerCall), recorded))
                    .begin(3, EXAMPLES, KEY, new CostLedger())
                    .estimate(lifted.allocation())
                    .gradient();
        }
    }

    /** Recorded again is spent again, and charged to no budget. */
    @Test
    void fewerRecordingsCostForwards() {
        NetworkCase problem = NetworkCase.tokens();
        CostLedger ledger = new CostLedger();
        LiftedCase lifted = LiftedCase.all().getFirst();
        new ActivationEstimator(
                        problem.network(),
                        problem.network().parameters(),
                        problem.data(),
                        OPS,
                        Workers.callingThread(),
                        new ActivationEstimatorConfig(lifted.factory(OPS), 1))
                .begin(0, EXAMPLES, KEY, ledger)
                .estimate(lifted.allocation());
        assertThat(ledger.queries(CostLedger.Kind.CLEAN)).isEqualTo(3 + 2);
    }

    @Test
    void frozenParametersHaveNoGradientAndTheirSitesNoSamples() {
        NetworkCase problem = NetworkCase.tokens();
        Parameters head = problem.network().parameters().select(name -> name.equals("head.weight"));
        ActivationEstimator estimator = new ActivationEstimator(
                problem.network(),
                head,
                problem.data(),
                OPS,
                Workers.callingThread(),
                new ActivationEstimatorConfig(
                        lifted(ParameterEstimatorConfig.central(new GaussianDirections(), 0.1f))));
        float[] gradient = estimator
                .begin(0, EXAMPLES, KEY, new CostLedger())
                .estimate(Allocation.of(1, 2, 3))
                .gradient();
        assertThat(estimator.sites()).hasSize(1);
        for (Parameters.Parameter p : head.list()) {
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                assertThat(gradient[d] != 0).as(p.name()).isEqualTo(p.trainable());
            }
        }
    }

    private static SiteEstimatorFactory remembering() {
        return (site, suffix, activations) -> new ParameterEstimator(
                suffix,
                activations,
                OPS,
                ParameterEstimatorConfig.oneSided(new GaussianDirections(), new RunningMeanBaseline(6, 0.9), 0.1f));
    }

    /** What another estimator of the same configuration is given goes on as the first would have. */
    @Test
    void theMemoryOfEverySiteIsSaved() {
        NetworkCase problem = NetworkCase.tokens();
        ActivationEstimator first = estimator(problem, remembering());
        Allocation two = Allocation.of(2, 2, 2);
        first.begin(0, EXAMPLES, KEY, new CostLedger()).estimate(two);
        StateArrays saved = new StateArrays();
        first.state().saveTo(saved);
        ActivationEstimator second = estimator(problem, remembering());
        float[] without =
                second.begin(1, EXAMPLES, KEY, new CostLedger()).estimate(two).gradient();
        second.state().restoreFrom(saved);
        float[] resumed =
                second.begin(1, EXAMPLES, KEY, new CostLedger()).estimate(two).gradient();
        float[] through =
                first.begin(1, EXAMPLES, KEY, new CostLedger()).estimate(two).gradient();
        assertThat(resumed).isEqualTo(through).isNotEqualTo(without);
        ActivationEstimator none =
                estimator(problem, LiftedCase.all().getFirst().factory(OPS));
        assertThat(none.state()).isEqualTo(Stateful.NONE);
    }

    /** The last example's losses are NaN; those of the others, which are finite, teach nothing either. */
    @Test
    void aStepThatFailsLeavesTheMemoryAsItWas() {
        LinearSuffix problem = LinearSuffix.create();
        ActivationEstimator estimator = problem.estimator((site, suffix, activations) -> new ParameterEstimator(
                suffix,
                activations,
                OPS,
                ParameterEstimatorConfig.oneSided(new GaussianDirections(), new RunningMeanBaseline(3, 0.9), 0.1f)));
        estimator.begin(0, new int[] {0, 1}, KEY, new CostLedger()).estimate(Allocation.of(2, 2));
        StateArrays before = new StateArrays();
        estimator.state().saveTo(before);
        var step = estimator.begin(7, new int[] {0, 1}, KEY, new CostLedger());
        Arrays.fill(problem.slopes()[1], Float.NaN);
        assertThatThrownBy(() -> step.estimate(Allocation.of(2, 2)))
                .isInstanceOf(NumericalException.class)
                .hasMessage("perturbed loss = NaN for example 1, sample 0 in step 7, at site first");
        StateArrays after = new StateArrays();
        estimator.state().saveTo(after);
        assertThat(doubles(after)).isEqualTo(doubles(before));
    }

    private static List<String> doubles(StateArrays arrays) {
        List<String> found = new ArrayList<>();
        arrays.entries().forEach((name, entry) -> {
            if (entry instanceof StateArrays.Doubles values) {
                found.add(name + Arrays.toString(values.values()));
            }
        });
        assertThat(found).isNotEmpty();
        return found;
    }

    @Test
    void theClaimsAreThoseOfTheSites() {
        NetworkCase problem = NetworkCase.tokens();
        for (LiftedCase lifted : LiftedCase.all()) {
            ActivationEstimator estimator = estimator(problem, lifted.factory(OPS));
            ActivationSite site = estimator.sites().getFirst();
            assertThat(estimator.target()).isEqualTo(site.estimator().target());
            assertThat(estimator.independence()).isEqualTo(site.estimator().independence());
        }
        assertThat(estimator(
                                problem,
                                lifted(ParameterEstimatorConfig.central(new CoordinateDirections(List.of(0)), 0.1f)))
                        .target())
                .isEqualTo(GradientTarget.BIASED);
        assertThat(estimator(
                                problem,
                                (site, suffix, activations) -> new ParameterEstimator(
                                        suffix,
                                        activations,
                                        OPS,
                                        ParameterEstimatorConfig.central(
                                                site.index() == 0
                                                        ? new GaussianDirections()
                                                        : new OrthonormalDirections(2),
                                                0.1f)))
                        .target())
                .isEqualTo(GradientTarget.GRADIENT_TO_SECOND_ORDER);
    }

    @Test
    void allocationsAreTakenAsTheirIndependenceAllows() {
        NetworkCase problem = NetworkCase.tokens();
        LiftedCase ranks = LiftedCase.all().stream()
                .filter(lifted -> lifted.name().equals("ranks"))
                .findFirst()
                .orElseThrow();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> estimator(problem, ranks.factory(OPS))
                        .begin(0, EXAMPLES, KEY, new CostLedger())
                        .estimate(Allocation.of(2, 3, 2)))
                .withMessageContaining("samplesPerExample[1] = 3, expected 2 for every example");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> estimator(
                                problem, lifted(ParameterEstimatorConfig.central(CoordinateDirections.all(), 0.1f)))
                        .begin(0, EXAMPLES, KEY, new CostLedger())
                        .estimate(Allocation.of(1, 2, 1)))
                .withMessageContaining("a second sample of an example would repeat the first");
    }

    @Test
    void whatMeansNothingAtActivationsIsRefused() {
        refused(
                lifted(ParameterEstimatorConfig.central(new OrthonormalDirections(5), 0.1f)),
                "site head of 3 activations: size = 5 orthonormal directions, expected <= 3");
        RankShapedConfig overBatch =
                new RankShapedConfig(new GaussianDirections(), Difference.CENTRAL, RankScope.BATCH, 0.1f, 64);
        refused(
                (site, suffix, activations) -> new RankShapedEstimator(suffix, activations, OPS, overBatch),
                "of site first ranks losses over the batch, expected EXAMPLE");
        refused(
                (site, suffix, activations) -> new PilotEstimator(
                        new ParameterEstimator(
                                suffix,
                                activations,
                                OPS,
                                ParameterEstimatorConfig.forward(new GaussianDirections(), 0.1f)),
                        2,
                        PilotEstimator.Use.SPLIT),
                "asks 3 queries before its samples, expected the clean one at most");
        refused(
                (site, suffix, activations) -> new ParameterEstimator(
                        suffix,
                        Parameters.ofVector(new float[activations.dimension()]),
                        OPS,
                        ParameterEstimatorConfig.central(new GaussianDirections(), 0.1f)),
                "of site first has parameters of its own, expected the activations");
        RunningMeanBaseline shared = new RunningMeanBaseline(6, 0.9);
        refused(
                lifted(ParameterEstimatorConfig.oneSided(new GaussianDirections(), shared, 0.1f)),
                "estimators of sites first and head share their memory");
        refused(
                (site, suffix, activations) -> new ParameterEstimator(
                        suffix,
                        activations,
                        OPS,
                        ParameterEstimatorConfig.central(
                                site.index() == 0 ? new GaussianDirections() : CoordinateDirections.all(), 0.1f)),
                "independence = DETERMINISTIC at site head, expected INDEPENDENT as at site first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ActivationEstimatorConfig(
                        LiftedCase.all().getFirst().factory(OPS), 0))
                .withMessage("recordedExamples = 0, expected >= 1");
    }

    /** Directions that a batch shares, made from an estimator that would otherwise do. */
    @Test
    void sharedDirectionsAreRefused() {
        refused(
                (site, suffix, activations) -> new MezoEstimator(
                        new StreamedProblem(suffix),
                        activations,
                        OPS,
                        new MezoConfig(Distribution.GAUSSIAN, 0.1f, true)),
                "shares directions among examples, expected directions of each example's own");
    }

    private static void refused(SiteEstimatorFactory factory, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> estimator(NetworkCase.tokens(), factory))
                .withMessageContaining(message);
    }

    @Test
    void aQuestionAboutAnotherPointBeforeTheAllocationIsRefused() {
        LinearSuffix problem = LinearSuffix.create();
        SuffixObjective[] suffix = new SuffixObjective[1];
        ActivationEstimator estimator = problem.estimator((site, objective, activations) -> {
            suffix[0] = (SuffixObjective) objective;
            return new ParameterEstimator(
                    objective, activations, OPS, ParameterEstimatorConfig.central(new GaussianDirections(), 0.1f));
        });
        estimator.begin(0, new int[] {2, 1}, KEY, new CostLedger());
        float[] point = new float[LinearSuffix.ACTIVATIONS];
        suffix[0].open(1, 1, estimator.replayers()[0], point);
        float[] loss = new float[1];
        suffix[0].evaluate(point, new int[] {1}, loss);
        assertThat(loss[0]).isEqualTo(estimator.clean().loss().losses()[1]);
        assertThat(suffix[0].queries()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> suffix[0].evaluate(point, new int[] {2}, loss))
                .withMessage("examples[0] = 2 at site first, expected 1, whose activations are perturbed");
        point[0] += 1;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> suffix[0].evaluate(point, new int[] {1}, loss))
                .withMessageContaining("query 0 at site first is perturbed, expected none before");
        suffix[0].sample();
        suffix[0].evaluate(point, new int[] {1}, loss);
        assertThat(suffix[0].queries()).isEqualTo(1);
    }

    @Test
    void sitesAreThoseOfTheLikelihoodRatio() {
        for (NetworkCase problem : NetworkCase.all()) {
            assertThat(estimator(problem, LiftedCase.all().getFirst().factory(OPS)).sites().stream()
                            .map(ActivationSite::site))
                    .containsExactlyElementsOf(problem.network().sites());
        }
    }
}
