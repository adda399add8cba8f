package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flops.alloc.allocate.AllocationSignal;
import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.QueryAllocator;
import dev.flops.api.QueryBudget;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a step allocates beside its estimator: the values that it hands on (request, allocation, state, diagnostics, report), each once; no
 * scratch memory.
 *
 * <p>The bounds are what the interpreter allocates, which leaves nothing out, and a few bytes more. They hold whatever is compiled. The
 * least of a few windows counts, for the first steps also load classes.
 */
final class StepAllocationTest {
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int EXAMPLES = 64;
    private static final int BATCH = 4;
    private static final int SAMPLES = 40;
    private static final int WINDOW = 200;
    private static final int WINDOWS = 5;

    static Stream<Arguments> allocators() {
        GaussianAllocatorConfig gaussian = GaussianAllocatorConfig.defaults();
        return Stream.of(
                Arguments.of(new EqualAllocator(), 460),
                Arguments.of(new NeymanAllocator(), 460),
                Arguments.of(new NeymanAllocator(AllocationSignal.ERROR_NORM), 460),
                Arguments.of(new GaussianAllocator(gaussian), 660),
                Arguments.of(new GaussianAllocator(gaussian.with(Link.POSITIVE_PART, Gradient.LIKELIHOOD_RATIO)), 660));
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void aStepAllocatesWhatItHandsOnAndNoScratchMemory(QueryAllocator allocator, long mostBytes) {
        assertThat(bytesOfAStep(allocator))
                .as("bytes of a step with %s", allocator.name())
                .isBetween(1L, mostBytes);
    }

    private static long bytesOfAStep(QueryAllocator allocator) {
        long[] least = {Long.MAX_VALUE};
        long[] begun = {THREAD.getCurrentThreadAllocatedBytes()};
        trainer(allocator).run(report -> {
            if ((report.step() + 1) % WINDOW == 0) {
                least[0] = Math.min(least[0], (THREAD.getCurrentThreadAllocatedBytes() - begun[0]) / WINDOW);
                begun[0] = THREAD.getCurrentThreadAllocatedBytes();
            }
            return report.step() + 1 < WINDOW * WINDOWS;
        });
        return least[0];
    }

    private static Trainer trainer(QueryAllocator allocator) {
        return new Trainer(
                new TrainingConfig(Integer.MAX_VALUE, BATCH, new QueryBudget(BATCH + SAMPLES), 1, 5),
                EXAMPLES,
                new Bowl(),
                allocator,
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                new CosineSchedule(1e-3, 10, 0.1),
                new VarianceMemory(EXAMPLES, 0.5));
    }

    /**
     * ℓ_i(θ) = ½ a_i |θ|², a_i from 1 to 4, with the exact gradient and v̂_i = a_i² |θ|² as variances. It keeps all its arrays, so that two
     * records are what its step allocates.
     */
    private static final class Bowl implements GradientEstimator, GradientEstimator.Step {
        private final Parameters parameters = Parameters.ofVector(0.5f, -1, 0.25f);
        private final float[] losses = new float[BATCH];
        private final float[] errorNorms = new float[BATCH];
        private final double[] noPilot = new double[0];
        private final double[] variances = new double[BATCH];
        private StepSignals signals = new StepSignals(0, new int[BATCH], losses, errorNorms, noPilot);

        @Override
        public String name() {
            return "bowl";
        }

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public SamplingCost cost() {
            return new SamplingCost(1, 1, 1);
        }

        @Override
        public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
            ledger.addQueries(CostLedger.Kind.CLEAN, BATCH);
            ledger.addQueries(CostLedger.Kind.PERTURBED, SAMPLES);
            ledger.addFlops(1000);
            signals = new StepSignals(step, examples, losses, errorNorms, noPilot);
            for (int i = 0; i < BATCH; i++) {
                losses[i] = (float) (0.5 * steepness(i) * squaredNorm());
                errorNorms[i] = (float) (0.2 * steepness(i));
            }
            return this;
        }

        @Override
        public StepSignals signals() {
            return signals;
        }

        @Override
        public GradientEstimate estimate(Allocation allocation) {
            return estimateInto(allocation, new float[parameters.dimension()]);
        }

        @Override
        public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
            double mean = 0;
            double loss = 0;
            for (int i = 0; i < BATCH; i++) {
                mean += steepness(i) / BATCH;
                loss += losses[i] / BATCH;
                variances[i] = steepness(i) * steepness(i) * squaredNorm();
            }
            for (int d = 0; d < gradient.length; d++) {
                gradient[d] = (float) (mean * parameters.values()[d]);
            }
            return new GradientEstimate(gradient, variances, loss);
        }

        private double steepness(int i) {
            return 1 + 3.0 * signals.examples()[i] / (EXAMPLES - 1);
        }

        private double squaredNorm() {
            double sum = 1e-3;
            for (float value : parameters.values()) {
                sum += (double) value * value;
            }
            return sum;
        }
    }
}
