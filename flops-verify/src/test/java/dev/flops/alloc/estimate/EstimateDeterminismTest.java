package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One estimate has the same bits on one thread and on two, and an estimator for which that is not so is found out. */
class EstimateDeterminismTest {
    private static final NetworkCase PROBLEM = NetworkCase.visionTransformer();

    @ParameterizedTest
    @EnumSource
    void twoThreadsGiveTheBitsOfOne(SiteMode mode) {
        assertThat(estimate(mode, 2, IntUnaryOperator.identity()))
                .isEqualTo(estimate(mode, 1, IntUnaryOperator.identity()));
    }

    /** The mutant shifts the noise of whatever does not run on the calling thread. */
    @Test
    void noiseThatDependsOnTheThreadIsRejected() {
        SiteMode mode = SiteMode.LAYER_WISE;
        assertThat(estimate(mode, 2, new ShiftOffTheCallingThread()))
                .isNotEqualTo(estimate(mode, 1, counter1 -> counter1));
    }

    /** The calling thread waits for the other's first call, so that the mutant is one on every schedule. */
    private static final class ShiftOffTheCallingThread implements IntUnaryOperator {
        private final Thread calling = Thread.currentThread();
        private final CountDownLatch other = new CountDownLatch(1);

        @Override
        public int applyAsInt(int counter1) {
            if (Thread.currentThread() != calling) {
                other.countDown();
                return counter1 + 1;
            }
            try {
                other.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return counter1;
        }
    }

    private static float[] estimate(SiteMode mode, int threads, IntUnaryOperator contraction) {
        EstimatorRules right = EstimatorRules.of(SamplingScheme.CLEAN_BASELINE);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                    PROBLEM.network(),
                    PROBLEM.network().parameters(),
                    PROBLEM.data(),
                    TensorOps.of(SimdWidth.AUTO),
                    threads == 1 ? Workers.callingThread() : Workers.on(executor, threads),
                    new LikelihoodRatioConfig(mode, SamplingScheme.CLEAN_BASELINE, 0.05f, 2),
                    new EstimatorRules(right.weight(), right.scale(), contraction));
            return estimator
                    .begin(3, new int[] {4, 0, 2}, TestSeeds.key("one thread or two"), new CostLedger())
                    .estimate(Allocation.of(1, 5, 2))
                    .gradient();
        }
    }
}
