package dev.flops.bench.prompt;

import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.allocate.VarianceSplit;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.estimate.LeaveOneOutBaseline;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.PilotEstimator;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.QueryBudget;
import dev.flops.bench.blackbox.QueryMeter;
import dev.flops.bench.compare.AllocationWatch;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.util.Locale;

/**
 * Forward learning: simultaneous perturbations (SPSA, Spall 1992) with directions of their own for every sample of every example,
 * so that samples can be allocated, and Adam with a cosine schedule.
 *
 * @param scheme how a sample is formed
 * @param allocator how samples are shared among the examples of a batch
 * @param sigma perturbation scale σ
 * @param learningRate peak learning rate
 * @param batch examples per step B
 * @param queriesPerStep queries per step N, at least 2 B
 */
public record ForwardTuner(
        Scheme scheme, AllocatorChoice allocator, float sigma, double learningRate, int batch, int queriesPerStep)
        implements PromptTuner {
    private static final double FINAL_FRACTION = 0.05;
    private static final double MEMORY_WEIGHT = 0.5;

    /** How a sample is formed. */
    public enum Scheme {
        /** Two queries, a central difference. */
        PAIRS,
        /** One query, the clean loss as baseline, which costs a query per example. */
        CLEAN,
        /** One query, at least two per example, each with the mean of the others as baseline. */
        LEAVE_ONE_OUT;

        private ParameterEstimatorConfig config(float sigma) {
            return switch (this) {
                case PAIRS -> ParameterEstimatorConfig.central(new RademacherDirections(), sigma);
                case CLEAN -> ParameterEstimatorConfig.forward(new RademacherDirections(), sigma);
                case LEAVE_ONE_OUT ->
                    ParameterEstimatorConfig.oneSided(new RademacherDirections(), new LeaveOneOutBaseline(), sigma);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Refuses allocators that need what a black box does not give. */
    public ForwardTuner {
        boolean needsLoss = allocator == AllocatorChoice.NEYMAN_LOSS || allocator == AllocatorChoice.BERNOULLI;
        if (needsLoss && scheme != Scheme.CLEAN) {
            throw new IllegalArgumentException("allocator = " + allocator + " needs clean losses, expected the scheme "
                    + Scheme.CLEAN + ", found " + scheme);
        }
        switch (allocator) {
            case NEYMAN_EL2N, SITES, FACTORED_SITES ->
                throw new IllegalArgumentException("allocator = " + allocator
                        + ", expected one that looks at losses alone: a black box has neither" + " logits nor sites");
            case POOLED_BIASED ->
                throw new IllegalArgumentException(
                        "allocator = " + allocator + ", expected an unbiased one: it is a control of comparisons");
            default -> {}
        }
        // A pair for each example; a clean query and one sample; two samples of which each is the other's baseline.
        if (batch < 1 || queriesPerStep < 2L * batch) {
            throw new IllegalArgumentException("batch = " + batch + " with " + queriesPerStep
                    + " queries per step, expected 1 <= batch <= " + queriesPerStep / 2);
        }
    }

    @Override
    public long minimumQueries(int dimension) {
        return queriesPerStep;
    }

    @Override
    public void tune(QueryMeter objective, float[] theta, long seed, Listener listener) {
        if (objective.remaining() < queriesPerStep) {
            return;
        }
        Parameters parameters = Parameters.ofVector(theta);
        int steps = Math.toIntExact(objective.remaining() / queriesPerStep);
        AllocationWatch estimator = estimator(objective, parameters);
        VarianceSplit.Parts[] parts = new VarianceSplit.Parts[1];
        trainer(estimator, objective.examples(), steps, seed).run(report -> {
            System.arraycopy(parameters.values(), 0, theta, 0, theta.length);
            parts[0] = report.variance();
            return listener.onStep(theta, report.meanLoss());
        });
        listener.onAllocation(estimator.seen(parts[0]));
    }

    private AllocationWatch estimator(QueryMeter objective, Parameters parameters) {
        GradientEstimator single =
                new ParameterEstimator(objective, parameters, TensorOps.of(SimdWidth.AUTO), scheme.config(sigma));
        GradientEstimator estimator = allocator == AllocatorChoice.NEYMAN_PILOT
                ? new PilotEstimator(single, single.cost().minimumSamples(), PilotEstimator.Use.SPLIT)
                : single;
        return new AllocationWatch(estimator, objective.examples());
    }

    private Trainer trainer(GradientEstimator estimator, int examples, int steps, long seed) {
        return new Trainer(
                new TrainingConfig(steps, batch, new QueryBudget(queriesPerStep), 1, seed),
                examples,
                estimator,
                allocator.create(),
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                new CosineSchedule(learningRate, 0, FINAL_FRACTION),
                new VarianceMemory(examples, MEMORY_WEIGHT));
    }
}
