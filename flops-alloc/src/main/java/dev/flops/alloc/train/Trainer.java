package dev.flops.alloc.train;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.allocate.VarianceSplit;
import dev.flops.alloc.optimize.LearningRateSchedule;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.QueryAllocator;
import dev.flops.api.RandomKey;

/**
 * Trains by forward evaluations. One step:
 *
 * <pre>
 *   batch → clean forward → losses, signals → allocator → n_i
 *         → perturbed forwards → losses per sample → ĝ → optimizer → θ
 *                                                  └ v̂_i → memory and allocator, for later steps only
 * </pre>
 *
 * The trained parameters are those of the estimator. The result is a function of (configuration, seed, data, initial
 * parameters), whatever the workers, the vector width or the clock.
 */
public final class Trainer {
    private final TrainingConfig config;
    private final GradientEstimator estimator;
    private final QueryAllocator allocator;
    private final Optimizer optimizer;
    private final LearningRateSchedule schedule;
    private final EpochSampler sampler;
    private final VarianceMemory memory;
    private final CostLedger ledger = new CostLedger();
    private final OptimizerState optimizerState;
    private final RandomKey perturbationKey;
    private final RandomKey allocationKey;
    private final int samples;
    private final VarianceSplit variance = new VarianceSplit(0.05);
    private AllocatorState allocatorState;
    private double sampleFlops = Double.NaN;
    private int step;

    /**
     * A trainer at step 0.
     *
     * @param config steps, batch, budget, seed
     * @param examples number of training examples
     * @param estimator estimates the gradient; its parameters are trained
     * @param allocator allocates samples
     * @param optimizer updates the parameters
     * @param schedule learning rate per step
     * @param memory remembered sample variances, modified
     * @throws IllegalArgumentException if the budget cannot give every example its minimum
     */
    public Trainer(
            TrainingConfig config,
            int examples,
            GradientEstimator estimator,
            QueryAllocator allocator,
            Optimizer optimizer,
            LearningRateSchedule schedule,
            VarianceMemory memory) {
        this.config = config;
        this.estimator = estimator;
        this.allocator = allocator;
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.memory = memory;
        RandomKey root = RandomKey.ofSeed(config.seed());
        this.sampler = new EpochSampler(examples, config.batchSize(), root.forPurpose(RandomKey.Purpose.SAMPLING));
        this.perturbationKey = root.forPurpose(RandomKey.Purpose.PERTURBATION);
        this.allocationKey = root.forPurpose(RandomKey.Purpose.ALLOCATION);
        this.samples = config.budget().samples(estimator.cost(), config.batchSize(), config.minimumSamples());
        this.optimizerState = optimizer.initialState(estimator.parameters().dimension());
        this.allocatorState = allocator.initialState();
    }

    /**
     * Runs the remaining steps, or until the listener stops them.
     *
     * @param listener is told of every step
     * @throws dev.flops.api.NumericalException if a loss or gradient is not finite; the parameters keep their last good
     *     values
     */
    public void run(TrainingListener listener) {
        boolean going = true;
        while (going && step < config.steps()) {
            going = listener.onStep(runStep());
        }
    }

    private StepReport runStep() {
        int[] examples = sampler.batch(step);
        long flopsBefore = ledger.flops();
        GradientEstimator.Step open = estimator.begin(step, examples, perturbationKey, ledger);

        long allocating = System.nanoTime();
        AllocationRequest request = new AllocationRequest(
                open.signals(),
                memory.remembered(examples),
                samples,
                Math.max(config.minimumSamples(), estimator.cost().minimumSamples()),
                allocationKey.forStep(step),
                sampleFlops);
        long allocatorFlops = allocator.flops(request, allocatorState);
        Allocation allocation = allocator.allocate(request, allocatorState);
        long allocated = System.nanoTime();

        long flopsBeforeSamples = ledger.flops();
        GradientEstimate estimate = open.estimate(allocation);
        long spent = ledger.flops() - flopsBeforeSamples;
        sampleFlops = spent == 0 ? Double.NaN : (double) spent / allocation.total();

        long learning = System.nanoTime();
        allocatorState = allocator.update(request, estimate.sampleVariances(), allocatorState);
        memory.updateInPlace(examples, estimate.sampleVariances());
        AllocationDiagnostics diagnostics =
                AllocationDiagnostics.of(estimate.sampleVariances(), allocation, request.minimum());
        variance.add(estimate.gradient(), estimate.sampleVariances(), allocation);
        long updating = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.ALLOCATION, allocated - allocating + updating - learning);

        double rate = schedule.rate(step, config.steps());
        optimizer.stepInPlace(estimator.parameters(), estimate.gradient(), rate, optimizerState);
        ledger.addNanoseconds(CostLedger.Phase.UPDATE, System.nanoTime() - updating);
        StepReport report = new StepReport(
                step,
                estimate.meanLoss(),
                rate,
                norm(estimate.gradient()),
                allocation,
                diagnostics,
                allocatorState,
                ledger.queries(),
                share(allocatorFlops, ledger.flops() - flopsBefore),
                variance.parts());
        step++;
        return report;
    }

    private static double share(long allocatorFlops, long estimatorFlops) {
        return estimatorFlops == 0 ? Double.NaN : (double) allocatorFlops / (allocatorFlops + estimatorFlops);
    }

    /**
     * What the run has spent so far.
     *
     * @return the ledger itself
     */
    public CostLedger ledger() {
        return ledger;
    }

    /**
     * Steps done.
     *
     * @return at least 0
     */
    public int stepsDone() {
        return step;
    }

    private static double norm(float[] gradient) {
        double sum = 0;
        for (float g : gradient) {
            sum += (double) g * g;
        }
        return StrictMath.sqrt(sum);
    }
}
