package dev.flops.alloc.allocate;

import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.PilotEstimator;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.QueryAllocator;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.support.TestSeeds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Estimates on six linear losses in twelve dimensions whose slopes are of different length, so that v_i = (d + 1)‖g_i‖² is known and
 * CV of s_i is 0.6; 90 samples a step and at least six per example, which keeps the skewness of a squared error small, drawn by a production estimator under the allocation of a production allocator.
 */
final class AllocatorRuns {
    private static final int DIMENSION = 12;
    private static final int SAMPLES = 90;
    private static final int MINIMUM = 6;
    private static final int PILOT = 4;
    private static final int[] EXAMPLES = {3, 0, 5, 1, 4, 2};
    private static final double[] LENGTHS = {0.25, 0.5, 0.75, 1, 1.25, 2.25};
    private static final double[][] SLOPES = slopes();

    private final GradientEstimator estimator;
    private final QueryAllocator allocator;
    private final RandomKey key;
    private final PilotEstimator.@Nullable Use use;

    private AllocatorRuns(
            GradientEstimator estimator, QueryAllocator allocator, PilotEstimator.@Nullable Use use, String name) {
        this.estimator = estimator;
        this.allocator = allocator;
        this.use = use;
        this.key = TestSeeds.key("allocator, " + name);
    }

    static AllocatorRuns of(QueryAllocator allocator) {
        return new AllocatorRuns(estimator(), allocator, null, allocator.name());
    }

    /** Two stages; with {@code shared}, a wrong one whose pilot has the perturbations of the samples. */
    static AllocatorRuns withPilot(QueryAllocator allocator, PilotEstimator.Use use, boolean shared) {
        GradientEstimator inner = shared ? new SharedPilot(estimator()) : estimator();
        return new AllocatorRuns(new PilotEstimator(inner, PILOT, use), allocator, use, "pilot, " + use);
    }

    private static double[][] slopes() {
        var random = TestSeeds.problems("allocator runs");
        double[][] slopes = new double[LENGTHS.length][DIMENSION];
        for (int i = 0; i < slopes.length; i++) {
            double[] row = slopes[i];
            Arrays.setAll(row, p -> random.nextDouble(-1, 1));
            double norm = Math.sqrt(along(row, row));
            double length = LENGTHS[i];
            Arrays.setAll(row, p -> row[p] * length / norm);
        }
        return slopes;
    }

    private static GradientEstimator estimator() {
        return new ParameterEstimator(
                new LinearProblem(new double[] {0.25, 1, 0.5, 2, 1.5, 3}, SLOPES),
                Parameters.ofVector(new float[DIMENSION]),
                TensorOps.of(SimdWidth.AUTO),
                new ParameterEstimatorConfig(SamplingScheme.CLEAN_BASELINE, Distribution.GAUSSIAN, 0.25f, 256));
    }

    /** One estimate and how it was made. */
    record Run(Allocation allocation, float[] estimate) {
        double squaredError() {
            double[] mean = gradient();
            double sum = 0;
            for (int p = 0; p < DIMENSION; p++) {
                sum += (estimate[p] - mean[p]) * (estimate[p] - mean[p]);
            }
            return sum;
        }

        double along(double[] direction) {
            double[] values = new double[DIMENSION];
            Arrays.setAll(values, p -> estimate[p]);
            return AllocatorRuns.along(values, direction);
        }
    }

    Run run(int step) {
        GradientEstimator.Step open = estimator.begin(step, EXAMPLES, key, new CostLedger());
        AllocationRequest request = request(open.signals(), step);
        Allocation allocation = allocator.allocate(request, state());
        GradientEstimate estimate = open.estimate(allocation);
        return new Run(allocation, estimate.gradient());
    }

    /** A fixed state of one update, in which a switched allocator is on. */
    private dev.flops.api.AllocatorState state() {
        StepSignals signals = new StepSignals(0, EXAMPLES, new float[0], new float[0]);
        return allocator instanceof SwitchedAllocator
                ? allocator.update(request(signals, 0), trueVariances(EXAMPLES), allocator.initialState())
                : allocator.initialState();
    }

    private AllocationRequest request(StepSignals signals, int step) {
        float[] errorNorms = new float[EXAMPLES.length];
        double[] pilot =
                signals.pilotVariances().length > 0 ? signals.pilotVariances() : new double[] {1, 4, 2, 9, 1, 3};
        for (int i = 0; i < errorNorms.length; i++) {
            errorNorms[i] = (float) LENGTHS[EXAMPLES[i]] / 4;
        }
        StepSignals all = new StepSignals(step, EXAMPLES, signals.cleanLosses(), errorNorms, pilot);
        RandomKey own = key.forPurpose(RandomKey.Purpose.ALLOCATION).forStep(step);
        return new AllocationRequest(all, trueVariances(EXAMPLES), SAMPLES, MINIMUM, own, 1e9);
    }

    /** (d + 1)‖g_i‖². */
    static double[] trueVariances(int[] examples) {
        double[] variances = new double[examples.length];
        Arrays.setAll(variances, i -> (DIMENSION + 1) * along(SLOPES[examples[i]], SLOPES[examples[i]]));
        return variances;
    }

    /** ∇L. */
    static double[] gradient() {
        double[] mean = new double[DIMENSION];
        for (double[] slope : SLOPES) {
            for (int p = 0; p < DIMENSION; p++) {
                mean[p] += slope[p] / SLOPES.length;
            }
        }
        return mean;
    }

    static double[] largestGradient() {
        return SLOPES[LENGTHS.length - 1].clone();
    }

    static double along(double[] a, double[] b) {
        double sum = 0;
        for (int p = 0; p < a.length; p++) {
            sum += a[p] * b[p];
        }
        return sum;
    }

    /** The variance that the formula states. */
    double predicted(Allocation allocation) {
        double[] variances = trueVariances(EXAMPLES);
        double batch = EXAMPLES.length;
        if (allocator instanceof ImportanceAllocator importance && allocation.isWeighted()) {
            double[] p = importance.probabilities(
                    request(new StepSignals(0, EXAMPLES, new float[EXAMPLES.length], new float[0]), 0));
            double sum = 0;
            for (int i = 0; i < p.length; i++) {
                double square = along(SLOPES[EXAMPLES[i]], SLOPES[EXAMPLES[i]]);
                sum += (variances[i] / MINIMUM + square) / p[i] / (batch * batch);
            }
            return (sum - along(gradient(), gradient())) * MINIMUM / SAMPLES;
        }
        double samples = 0;
        double pilot = 0;
        for (int i = 0; i < variances.length; i++) {
            samples += variances[i] / allocation.samples(i) / (batch * batch);
            pilot += variances[i] / PILOT / (batch * batch);
        }
        if (use != PilotEstimator.Use.FIXED_WEIGHT) {
            return samples;
        }
        double beta = PILOT * batch / (PILOT * batch + allocation.total());
        return beta * beta * pilot + (1 - beta) * (1 - beta) * samples;
    }

    /** The mistake that sample splitting avoids: a pilot made of the very samples that it decides on. */
    private record SharedPilot(GradientEstimator inner) implements GradientEstimator {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public Parameters parameters() {
            return inner.parameters();
        }

        @Override
        public SamplingCost cost() {
            return inner.cost();
        }

        @Override
        public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
            Step open = inner.begin(step, examples, key, ledger);
            return new Step() {
                @Override
                public StepSignals signals() {
                    return open.signals();
                }

                @Override
                public GradientEstimate estimate(Allocation allocation) {
                    return open.estimate(allocation);
                }

                @Override
                public GradientEstimate pilot(Allocation allocation) {
                    return open.estimate(allocation);
                }
            };
        }
    }
}
