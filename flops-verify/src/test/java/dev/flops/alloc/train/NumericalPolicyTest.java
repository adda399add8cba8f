package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.NotEnoughMemoryException;
import dev.flops.api.NumericalException;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.QueryAllocator;
import dev.flops.api.QueryBudget;
import dev.flops.api.StateArrays;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A number that is not finite stops its step by name, and the state is that before the step. */
class NumericalPolicyTest {
    private static final int BAD_STEP = 3;
    private static final int DIMENSION = 3;
    private static final int EXAMPLES = 4;

    /** A sum of the parameters, or what is put in its place from some call on. */
    private static final class Sum implements Objective {
        private boolean bad;
        private boolean greedy;

        @Override
        public int dimension() {
            return DIMENSION;
        }

        @Override
        public int examples() {
            return EXAMPLES;
        }

        @Override
        public void evaluate(float[] points, int[] examples, float[] losses) {
            if (greedy) {
                losses[0] = new long[1 << 30].length;
            }
            for (int q = 0; q < examples.length; q++) {
                float sum = 0;
                for (int d = 0; d < DIMENSION; d++) {
                    sum += points[q * DIMENSION + d];
                }
                losses[q] = bad && examples[q] == 2 ? Float.NaN : sum;
            }
        }
    }

    /** Equal shares until a step in which its covariance is singular. */
    private record Singular(boolean inUpdate) implements QueryAllocator {
        @Override
        public String name() {
            return "singular";
        }

        @Override
        public AllocatorState initialState() {
            return new AllocatorState(new double[] {0});
        }

        @Override
        public Allocation allocate(AllocationRequest request, AllocatorState state) {
            failIf(!inUpdate && state.values()[0] == BAD_STEP);
            return Allocation.equal(request.batchSize(), request.samples());
        }

        @Override
        public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
            failIf(inUpdate && state.values()[0] == BAD_STEP);
            return new AllocatorState(new double[] {state.values()[0] + 1});
        }

        private static void failIf(boolean singular) {
            if (singular) {
                throw new NumericalException("pivot 1 of the covariance of the scores = 0.0, expected > 0");
            }
        }
    }

    private final Sum objective = new Sum();
    private final Parameters parameters = Parameters.ofVector(1, 2, 3);

    private Trainer trainer(QueryAllocator allocator, double badRate) {
        var estimator = new ParameterEstimator(
                objective,
                parameters,
                TensorOps.of(SimdWidth.SCALAR),
                ParameterEstimatorConfig.central(new RademacherDirections(), 0.1f));
        return new Trainer(
                new TrainingConfig(10, EXAMPLES, new QueryBudget(4L * EXAMPLES), 1, 1),
                EXAMPLES,
                estimator,
                allocator,
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                (step, steps) -> step == BAD_STEP ? badRate : 0.01,
                new VarianceMemory(EXAMPLES, 0.5));
    }

    /** Fails in the bad step, with the digest of the state, but for the ledger, as it was before that step. */
    private void assertStops(Trainer trainer, boolean badLosses, String... message) {
        List<float[]> values = new ArrayList<>();
        List<List<Integer>> states = new ArrayList<>();
        assertThatThrownBy(() -> trainer.run(report -> {
                    values.add(parameters.values().clone());
                    states.add(bits(trainer));
                    objective.bad = badLosses && report.step() == BAD_STEP - 1;
                    return true;
                }))
                .isInstanceOf(NumericalException.class)
                .message()
                .contains(message);
        assertThat(trainer.stepsDone()).isEqualTo(BAD_STEP);
        assertThat(parameters.values()).isEqualTo(values.getLast());
        assertThat(bits(trainer)).isEqualTo(states.getLast());
    }

    private static List<Integer> bits(Trainer trainer) {
        var state = new StateArrays();
        trainer.saveTo(state);
        return state.entries().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("ledger."))
                .map(entry -> switch (entry.getValue()) {
                    case StateArrays.Floats f -> Arrays.hashCode(f.values());
                    case StateArrays.Doubles d -> Arrays.hashCode(d.values());
                    case StateArrays.Longs l -> Arrays.hashCode(l.values());
                })
                .toList();
    }

    @Test
    void aLossThatIsNotANumber() {
        assertStops(trainer(new EqualAllocator(), 0.01), true, "perturbed loss = NaN for example 2", "step 3");
    }

    @Test
    void anUpdateOutOfTheRangeOfFloat() {
        assertStops(trainer(new EqualAllocator(), 1e39), false, "updated theta[", "in step 3", "learning rate 1.0E39");
    }

    @Test
    void aSingularCovarianceWhenAllocating() {
        assertStops(trainer(new Singular(false), 0.01), false, "pivot 1 of the covariance", "in step 3");
    }

    @Test
    void aSingularCovarianceWhenLearning() {
        assertStops(trainer(new Singular(true), 0.01), false, "pivot 1 of the covariance", "in step 3");
    }

    @Test
    void aStepThatDoesNotFitTheHeap() {
        Trainer trainer = trainer(new EqualAllocator(), 0.01);
        List<float[]> values = new ArrayList<>();
        List<List<Integer>> states = new ArrayList<>();
        assertThatThrownBy(() -> trainer.run(report -> {
                    values.add(parameters.values().clone());
                    states.add(bits(trainer));
                    objective.greedy = report.step() == BAD_STEP - 1;
                    return true;
                }))
                .isInstanceOf(NotEnoughMemoryException.class)
                .hasMessageContaining("step 3 with 4 examples and 3 parameters needs more memory than the heap")
                .hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(trainer.stepsDone()).isEqualTo(BAD_STEP);
        assertThat(parameters.values()).isEqualTo(values.getLast());
        assertThat(bits(trainer)).isEqualTo(states.getLast());
    }

    @Test
    void aNetworkThatTheHeapCanNeverHold() {
        var builder = Parameters.builder();
        builder.add("weight", 1 << 15, 1 << 15);
        assertThatThrownBy(builder::build)
                .isInstanceOf(NotEnoughMemoryException.class)
                .hasMessageStartingWith("a network of 1073741824 parameters needs at least 4,295.0 MB, the heap")
                .hasNoCause();
    }

    /** The control: without a fault all steps are done. */
    @Test
    void nothingStopsAGoodRun() {
        Trainer trainer = trainer(new EqualAllocator(), 0.01);
        trainer.run(report -> true);
        assertThat(trainer.stepsDone()).isEqualTo(10);
        assertThat(parameters.values()[0]).isLessThan(1);
    }
}
