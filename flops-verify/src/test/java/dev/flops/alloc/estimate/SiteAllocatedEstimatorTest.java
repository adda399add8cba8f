package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.alloc.allocate.FactoredSiteAllocator;
import dev.flops.alloc.allocate.SiteAllocator;
import dev.flops.alloc.allocate.SiteNeymanAllocator;
import dev.flops.alloc.estimate.SiteAllocatedEstimator.Unit;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Refining an allocation to examples over sites keeps the budget and cuts the measured variance. */
class SiteAllocatedEstimatorTest {
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final Allocation EQUAL = Allocation.equal(3, 48);

    static List<Arguments> cases() {
        return List.of(
                Arguments.of(new SiteNeymanAllocator(), Unit.QUERIES),
                Arguments.of(new SiteNeymanAllocator(), Unit.FLOPS),
                Arguments.of(new FactoredSiteAllocator(), Unit.QUERIES),
                Arguments.of(new FactoredSiteAllocator(), Unit.FLOPS));
    }

    /** With v̂ of 16 and more samples remembered and measured anew, over 20 steps whose keys are fixed. */
    @ParameterizedTest
    @MethodSource("cases")
    void keepsTheBudgetAndCutsTheVariance(SiteAllocator allocator, Unit unit) {
        LikelihoodRatioEstimator inner = inner(SiteMode.LAYER_WISE);
        SiteAllocatedEstimator estimator = new SiteAllocatedEstimator(inner, allocator, unit, 1, 5, 0.3);
        assertThat(estimator.lastRatio()).isNaN();
        long plain = spent(inner, 0, unit);
        double ratios = 0;
        for (int step = 0; step < 20; step++) {
            long spent = spent(estimator, step, unit);
            // Of a budget of operations at most the cheapest sample is left; of one of queries, nothing.
            assertThat(spent).isBetween((long) (0.9 * plain), plain);
            ratios += step < 5 ? 0 : estimator.lastRatio() / 15;
        }
        assertThat(ratios).isLessThan(0.9);
    }

    private static long spent(dev.flops.api.GradientEstimator estimator, int step, Unit unit) {
        CostLedger ledger = new CostLedger();
        var open = estimator.begin(step, EXAMPLES, TestSeeds.key("site allocated"), ledger);
        long before = ledger.flops();
        open.estimate(EQUAL);
        return unit == Unit.QUERIES ? ledger.queries(CostLedger.Kind.PERTURBED) : ledger.flops() - before;
    }

    @org.junit.jupiter.api.Test
    void refusesWeightsAndWhatIsNotLayerWise() {
        SiteAllocatedEstimator estimator = new SiteAllocatedEstimator(
                inner(SiteMode.LAYER_WISE), new SiteNeymanAllocator(), Unit.QUERIES, 1, 5, 1);
        var open = estimator.begin(0, EXAMPLES, TestSeeds.key("x"), new CostLedger());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open.estimate(Allocation.weighted(new int[] {1, 1, 1}, new double[] {1, 1, 1})))
                .withMessageStartingWith("allocation is weighted");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteAllocatedEstimator(
                        inner(SiteMode.ALL_SITES), new SiteNeymanAllocator(), Unit.QUERIES, 1, 5, 1))
                .withMessageStartingWith("mode = ALL_SITES");
    }

    private static LikelihoodRatioEstimator inner(SiteMode mode) {
        NetworkCase problem = NetworkCase.visionTransformer();
        return new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, SamplingScheme.CLEAN_BASELINE, 0.05f, 16));
    }
}
