package dev.flops.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.estimate.Difference;
import dev.flops.alloc.estimate.LeaveOneOutBaseline;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.MezoConfig;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.PerturbedSpace;
import dev.flops.alloc.estimate.RankScope;
import dev.flops.alloc.estimate.RankShapedConfig;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.ScaleObjective;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.alloc.estimate.SiteNoise;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.EstimatorConfig;
import dev.flops.bench.task.ScaleChoice;
import dev.flops.bench.task.SchemeChoice;
import dev.flops.bench.task.SpaceChoice;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorClaim.Shares;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.StandardProblems;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every estimator of the catalogue, exactly. */
final class EstimatorCatalogueTest {
    private static final RandomKey KEY = RandomKey.ofSeed(1);

    /** Estimators that are made for the seven parameters of the standard problems, or need more directions than one. */
    private static final Set<String> SEVEN =
            Set.of("orthonormal", "orthonormal-basis", "coordinates-at-random", "low-rank", "low-rank-2");

    static List<EstimatorClaim> all() {
        return EstimatorCatalogue.all(TensorOps.of(SimdWidth.AUTO));
    }

    private static CountedProblem box(long sound) {
        return new CountedProblem(StandardProblems.cubic().problem(), sound);
    }

    private static GradientEstimator estimator(EstimatorClaim claim, CountedProblem box) {
        return claim.factory().create(box, StandardProblems.cubic().parameters());
    }

    /** Odd and unequal where that is allowed. */
    private static Allocation allocation(EstimatorClaim claim, int examples, int least) {
        int[] samples = new int[examples];
        for (int i = 0; i < examples; i++) {
            samples[i] = switch (claim.shares()) {
                case ANY -> least + 3 * i;
                case EQUAL -> least + 2;
                case ONE -> 1;
            };
        }
        return Allocation.of(samples);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theLedgerCountsWhatTheBlackBoxCounts(EstimatorClaim claim) {
        for (int[] examples : new int[][] {{2, 0, 1}, {1}, {0, 2}}) {
            CountedProblem box = box(Long.MAX_VALUE);
            GradientEstimator estimator = estimator(claim, box);
            CostLedger ledger = new CostLedger();
            Allocation allocation =
                    allocation(claim, examples.length, estimator.cost().minimumSamples());
            for (int step = 0; step < 3; step++) {
                estimator.begin(step, examples, KEY, ledger).estimate(allocation);
                long stated = (long) estimator.cost().cleanQueriesPerExample() * examples.length
                        + (long) estimator.cost().queriesPerSample() * allocation.total();
                assertThat(ledger.queries()).isEqualTo((step + 1) * stated).isEqualTo(box.queries());
                assertThat(ledger.queries(CostLedger.Kind.CLEAN))
                        .isEqualTo((step + 1L) * estimator.cost().cleanQueriesPerExample() * examples.length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void oneSampleOfOneExampleIsEnough(EstimatorClaim claim) {
        CountedProblem box = box(Long.MAX_VALUE);
        GradientEstimator estimator = estimator(claim, box);
        CostLedger ledger = new CostLedger();
        GradientEstimator.Step step = estimator.begin(0, new int[] {2}, KEY, ledger);
        int least = estimator.cost().minimumSamples();
        if (least > 1) {
            assertThatThrownBy(() -> step.estimate(Allocation.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("samplesPerExample[0] = 1, expected >= " + least);
        }
        float[] gradient = step.estimate(Allocation.of(least)).gradient();
        assertThat(gradient).hasSize(StandardProblems.DIMENSION);
        assertThat(square(gradient)).isFinite().isPositive();
        assertThat(box.queries()).isEqualTo(ledger.queries());
    }

    /** Signs, spheres and coordinates know the slope of a line exactly; the others come near it with many samples. */
    @ParameterizedTest
    @MethodSource("all")
    void oneParameterIsEnough(EstimatorClaim claim) {
        LinearProblem line = new LinearProblem(new double[] {0.25}, new double[][] {{-0.75}});
        Parameters point = Parameters.ofVector(new float[] {0.5f});
        if (SEVEN.contains(claim.name()) || ofSites(claim)) {
            assertThatThrownBy(() -> run(claim, line, point))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
            return;
        }
        float slope = run(claim, line, point)[0];
        if (Set.of("spsa", "spsa-clean", "sphere", "coordinate-wise").contains(claim.name())) {
            assertThat(slope).isCloseTo(-0.75f, within(1e-5f));
        } else {
            assertThat(slope).isFinite().isNegative();
        }
    }

    private static boolean ofSites(EstimatorClaim claim) {
        return claim.name().startsWith("lr-") || claim.name().startsWith("site-");
    }

    private static float[] run(EstimatorClaim claim, LinearProblem line, Parameters point) {
        GradientEstimator estimator = claim.factory().create(line, point);
        Allocation allocation = Allocation.of(claim.shares() == Shares.ONE ? 1 : 64);
        return estimator
                .begin(0, new int[] {0}, KEY, new CostLedger())
                .estimate(allocation)
                .gradient();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aLossThatIsNoNumberIsNamed(EstimatorClaim claim) {
        int clean = estimator(claim, box(0)).cost().cleanQueriesPerExample() * 3;
        for (int sound : new int[] {0, clean, clean + 2}) {
            GradientEstimator estimator = estimator(claim, box(sound));
            Allocation allocation = allocation(claim, 3, estimator.cost().minimumSamples());
            assertThatThrownBy(() -> estimator
                            .begin(4, new int[] {2, 0, 1}, KEY, new CostLedger())
                            .estimate(allocation))
                    .isInstanceOf(NumericalException.class)
                    .hasMessageContaining("loss = NaN")
                    .hasMessageContaining(" for example ")
                    .hasMessageContaining(sound < clean ? "clean" : ", sample ")
                    .hasMessageContaining(" in step 4");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void wrongLengthsAreRefused(EstimatorClaim claim) {
        CountedProblem box = box(Long.MAX_VALUE);
        assertThatThrownBy(() -> claim.factory().create(box, Parameters.ofVector(new float[6])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parameters.dimension = 6, expected 7");
        GradientEstimator estimator = estimator(claim, box);
        refused(estimator, step -> step.estimate(Allocation.equal(2, 4)), "allocation has 2 examples, expected 3");
        refused(estimator, step -> step.estimate(Allocation.equal(4, 8)), "allocation has 4 examples, expected 3");
        for (int[] examples : new int[][] {{0, 3}, {-1}, {1, 1}}) {
            assertThatThrownBy(() -> estimator.begin(0, examples, KEY, new CostLedger()))
                    .as(Arrays.toString(examples))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
        }
    }

    private static void refused(GradientEstimator estimator, Consumer<GradientEstimator.Step> call, String message) {
        GradientEstimator.Step step = estimator.begin(0, new int[] {2, 0, 1}, KEY, new CostLedger());
        assertThatThrownBy(() -> call.accept(step))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    /** A configuration that has a scale. */
    private record Scaled(Class<?> type, Consumer<Float> create) {
        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    /** Every configuration that has a scale, learned ones included; the catalogue's claims and tasks state it too. */
    static Stream<Scaled> scaled() {
        GaussianDirections gaussian = new GaussianDirections();
        return Stream.of(
                new Scaled(ParameterEstimatorConfig.class, sigma -> ParameterEstimatorConfig.forward(gaussian, sigma)),
                new Scaled(ParameterEstimatorConfig.class, sigma -> ParameterEstimatorConfig.central(gaussian, sigma)),
                new Scaled(
                        ParameterEstimatorConfig.class,
                        sigma -> ParameterEstimatorConfig.oneSided(gaussian, new LeaveOneOutBaseline(), sigma)),
                new Scaled(MezoConfig.class, sigma -> new MezoConfig(Distribution.GAUSSIAN, sigma, false)),
                new Scaled(
                        RankShapedConfig.class,
                        sigma -> new RankShapedConfig(gaussian, Difference.ONE_SIDED, RankScope.EXAMPLE, sigma, 4)),
                new Scaled(
                        LikelihoodRatioConfig.class,
                        sigma -> new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC, sigma, 4)),
                new Scaled(
                        LikelihoodRatioConfig.class,
                        sigma -> new LikelihoodRatioConfig(
                                SiteMode.ALL_SITES,
                                SamplingScheme.ANTITHETIC,
                                sigma,
                                4,
                                LikelihoodRatioConfig.ALL,
                                ScaleObjective.EstimatorVariance.DEFAULT)),
                new Scaled(SiteNoise.class, sigma -> new SiteNoise(new PerturbedSpace.Weights(), sigma)),
                new Scaled(
                        EstimatorConfig.class,
                        sigma -> new EstimatorConfig(
                                EstimatorChoice.SPSA,
                                SchemeChoice.ANTITHETIC,
                                sigma,
                                ScaleChoice.FIXED,
                                SpaceChoice.ACTIVATIONS,
                                4)),
                new Scaled(
                        EstimatorClaim.class,
                        sigma -> EstimatorClaim.gaussian("any", sigma, SamplingScheme.ONE_POINT, (box, theta) -> {
                            throw new AssertionError("must not be made");
                        })));
    }

    @ParameterizedTest
    @MethodSource("scaled")
    void aScaleThatIsNotPositiveAndFiniteIsRefused(Scaled config) {
        for (float sigma : new float[] {0, -0f, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> config.create().accept(sigma))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sigma = " + sigma + ", expected a finite number > 0");
        }
        assertThatCode(() -> config.create().accept(Float.MIN_VALUE)).doesNotThrowAnyException();
    }

    /** A configuration that comes later must be in the list above. */
    @Test
    void everyScaleOfTheEstimatorsIsTried() {
        Set<Class<?>> found = new HashSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.flops.alloc")) {
            if (type.isRecord()
                    && Arrays.stream(type.reflect().getRecordComponents())
                            .anyMatch(component -> component.getName().contains("sigma"))) {
                found.add(type.reflect());
            }
        }
        assertThat(found).hasSize(5);
        assertThat(scaled().map(Scaled::type)).containsAll(found);
    }

    private static double square(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += (double) value * value;
        }
        return sum;
    }
}
