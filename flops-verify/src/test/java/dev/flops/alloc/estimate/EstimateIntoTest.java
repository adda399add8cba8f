package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.allocate.FactoredSiteAllocator;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An estimate into an array of the caller's has the bits of one into a new array, whatever the array held. */
class EstimateIntoTest {
    private static final int[] EXAMPLES = {0, 1, 2};
    private static final Allocation ALLOCATION = Allocation.of(2, 3, 4);

    static Stream<Arguments> estimators() {
        return Stream.of(
                estimator("layer-wise", () -> likelihoodRatio(SiteMode.LAYER_WISE)),
                estimator("all sites", () -> likelihoodRatio(SiteMode.ALL_SITES)),
                estimator(
                        "pilot",
                        () -> new PilotEstimator(
                                likelihoodRatio(SiteMode.LAYER_WISE), 2, PilotEstimator.Use.FIXED_WEIGHT)),
                estimator(
                        "sites",
                        () -> new SiteAllocatedEstimator(
                                likelihoodRatio(SiteMode.LAYER_WISE),
                                new FactoredSiteAllocator(),
                                SiteAllocatedEstimator.Unit.QUERIES,
                                1,
                                3,
                                0.5)),
                estimator("of another kind", EstimateIntoTest::inParameterSpace));
    }

    private static Arguments estimator(String name, Supplier<GradientEstimator> maker) {
        return Arguments.of(name, maker);
    }

    private static LikelihoodRatioEstimator likelihoodRatio(SiteMode mode) {
        NetworkCase problem = NetworkCase.visionTransformer();
        return new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, SamplingScheme.CLEAN_BASELINE, 0.1f, 4));
    }

    private static GradientEstimator inParameterSpace() {
        return ParameterProblems.estimator(
                ParameterProblems.all().get("quadratic"),
                Distribution.GAUSSIAN,
                SamplingScheme.ANTITHETIC,
                EstimatorRules.of(SamplingScheme.ANTITHETIC));
    }

    private static GradientEstimator.Step open(GradientEstimator estimator) {
        return estimator.begin(3, EXAMPLES, TestSeeds.key("estimates into an array"), new CostLedger());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void theArrayIsOverwrittenWhole(String name, Supplier<GradientEstimator> maker) {
        GradientEstimate expected = open(maker.get()).estimate(ALLOCATION);
        float[] used = new float[expected.gradient().length];
        Arrays.fill(used, Float.NaN);
        GradientEstimate found = open(maker.get()).estimateInto(ALLOCATION, used);
        assertThat(found.gradient()).isSameAs(used).containsExactly(expected.gradient());
        assertThat(found.sampleVariances()).containsExactly(expected.sampleVariances());
        assertThat(found.meanLoss()).isEqualTo(expected.meanLoss());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estimators")
    void anArrayOfAnotherLengthIsRefused(String name, Supplier<GradientEstimator> maker) {
        GradientEstimator estimator = maker.get();
        int dimension = estimator.parameters().dimension();
        for (int length : new int[] {dimension - 1, dimension + 1}) {
            assertThatThrownBy(() -> open(estimator).estimateInto(ALLOCATION, new float[length]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("gradient.length = " + length + ", expected " + dimension);
        }
    }
}
