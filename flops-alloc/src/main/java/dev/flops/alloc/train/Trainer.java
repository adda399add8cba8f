package dev.flops.alloc.train;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.alloc.allocate.AllocationMeter;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.allocate.VarianceSplit;
import dev.flops.alloc.estimate.SiteAllocatedEstimator;
import dev.flops.alloc.optimize.LearningRateSchedule;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NotEnoughMemoryException;
import dev.flops.api.NumericalException;
import dev.flops.api.Optimizer;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.QueryAllocator;
import dev.flops.api.RandomKey;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import java.util.List;

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
 *
 * <p>A trainer can be saved between steps and restored into an equally configured one, which then goes on bit for bit as the
 * first would have.
 *
 * <p>Policy on numbers that are not finite: the step stops with a {@link NumericalException} that names the step, and the
 * example where there is one. Nothing of the step remains then but what the ledger counted: parameters, optimizer, allocator and
 * memory are as they were before it. (One exception: when an update made of a finite gradient leaves the range of float, an
 * estimator that remembers has already learned from the losses of that step.)
 */
public final class Trainer implements Stateful {
    private final TrainingConfig config;
    private final GradientEstimator estimator;
    private final QueryAllocator allocator;
    private final Optimizer optimizer;
    private final LearningRateSchedule schedule;
    private final EpochSampler sampler;
    private final VarianceMemory memory;
    private final CostLedger ledger = new CostLedger();
    private final OptimizerState optimizerState;
    private final OptimizerState lastOptimizerState;
    private final float[] lastGood;
    private final float[] gradient;
    private final RandomKey perturbationKey;
    private final RandomKey allocationKey;
    private final RunBudget budget;
    private final AllocationMeter meter;
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
     * @param allocator allocates samples; this trainer's alone while it runs
     * @param optimizer updates the parameters
     * @param schedule learning rate per step
     * @param memory remembered sample variances, modified
     * @throws IllegalArgumentException if the budget cannot give every example its minimum, or is chosen by a rule although samples
     *     are not independent
     * @throws NotEnoughMemoryException if the heap cannot hold the state of the optimizer
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
        this.budget = new RunBudget(config, estimator);
        this.meter = new AllocationMeter(config.batchSize());
        int dimension = estimator.parameters().dimension();
        // Parameters, gradient and what an update is undone from.
        NotEnoughMemoryException.requireHeap("training " + dimension + " parameters", 3L * Float.BYTES * dimension);
        this.optimizerState = optimizer.initialState(dimension);
        this.lastOptimizerState = optimizer.initialState(dimension);
        this.lastGood = new float[dimension];
        this.gradient = new float[dimension];
        this.allocatorState = allocator.initialState();
    }

    /**
     * Runs the remaining steps, or until the listener stops them.
     *
     * @param listener is told of every step
     * @throws NumericalException if a loss, a gradient or an updated parameter is not finite; the parameters keep their
     *     last good values
     * @throws NotEnoughMemoryException if a step does not fit the heap; nothing of the step is kept
     */
    public void run(TrainingListener listener) {
        boolean going = true;
        while (going && budget.paysFor(step, ledger)) {
            going = listener.onStep(runStep());
        }
    }

    private StepReport runStep() {
        int[] examples = sampler.batch(step);
        int samples = budget.samples(ledger);
        int progress = budget.progress(step, ledger);
        long flopsBefore = ledger.flops();
        GradientEstimator.Step open = begin(examples);

        long allocating = System.nanoTime();
        AllocationRequest request = request(open, samples, allocationKey.forStep(step));
        long allocatorFlops = allocator.flops(request, allocatorState);
        Allocation allocation = allocate(request);
        long allocated = System.nanoTime();

        long flopsBeforeSamples = ledger.flops();
        GradientEstimate estimate = estimate(open, allocation);
        long spent = ledger.flops() - flopsBeforeSamples;
        sampleFlops = spent == 0 ? Double.NaN : (double) spent / allocation.total();

        long learning = System.nanoTime();
        AllocatorState learned = learned(request, estimate);
        AllocationDiagnostics diagnostics = meter.diagnose(estimate.sampleVariances(), allocation, request.minimum());
        long updating = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.ALLOCATION, allocated - allocating + updating - learning);

        double rate = schedule.rate(progress, config.steps());
        updateParameters(estimate.gradient(), rate);
        long remembering = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.UPDATE, remembering - updating);
        allocatorState = learned;
        memory.updateInPlace(open.signals(), estimate.sampleVariances());
        variance.add(estimate.gradient(), estimate.sampleVariances(), allocation);
        double norm = norm(estimate.gradient());
        budget.observe(norm, estimate.sampleVariances(), allocation, flopsBeforeSamples - flopsBefore, spent);
        ledger.addNanoseconds(CostLedger.Phase.ALLOCATION, System.nanoTime() - remembering);
        StepReport report = new StepReport(
                step,
                estimate.meanLoss(),
                rate,
                norm,
                allocation,
                diagnostics,
                allocatorState,
                ledger.queries(),
                share(allocatorFlops, ledger.flops() - flopsBefore),
                variance.parts(),
                estimator instanceof SiteAllocatedEstimator sites ? sites.lastRatio() : Double.NaN);
        step++;
        return report;
    }

    private AllocationRequest request(GradientEstimator.Step open, int samples, RandomKey key) {
        return new AllocationRequest(
                open.signals(), memory.remembered(open.signals()), samples, minimumSamples(), key, sampleFlops);
    }

    /**
     * An estimate as the next step would make it, of other examples: to look at what was learned. Its perturbations are its own, its
     * queries are not counted with the run's, and neither parameters nor allocator nor memory change. An estimator that remembers does
     * learn from it: meant for trainings that have ended.
     *
     * @param examples indices of distinct examples, not modified
     * @param samplesPerExample samples per example on average, at least {@link #minimumSamples}
     * @param key key of its noise
     * @param repeat index of the estimate among those with this key, at least 0
     * @return the estimate
     */
    public Trial trial(int[] examples, int samplesPerExample, RandomKey key, int repeat) {
        CostLedger own = new CostLedger();
        GradientEstimator.Step open =
                estimator.begin(repeat, examples, key.forPurpose(RandomKey.Purpose.PERTURBATION), own);
        AllocationRequest request = request(
                open,
                Math.multiplyExact(examples.length, samplesPerExample),
                key.forPurpose(RandomKey.Purpose.ALLOCATION).forStep(repeat));
        Allocation allocation = allocator.allocate(request, allocatorState);
        GradientEstimate estimate = open.estimate(allocation);
        return new Trial(allocation, own.queries(), estimate);
    }

    /**
     * Samples that each example of a step receives at least.
     *
     * @return n_min, at least 1
     */
    public int minimumSamples() {
        return budget.minimumSamples();
    }

    private GradientEstimator.Step begin(int[] examples) {
        try {
            return estimator.begin(step, examples, perturbationKey, ledger);
        } catch (OutOfMemoryError e) {
            throw doesNotFit(e);
        }
    }

    private Allocation allocate(AllocationRequest request) {
        try {
            return allocator.allocate(request, allocatorState);
        } catch (NumericalException e) {
            throw inThisStep(e);
        }
    }

    private GradientEstimate estimate(GradientEstimator.Step open, Allocation allocation) {
        try {
            return open.estimateInto(allocation, gradient);
        } catch (OutOfMemoryError e) {
            throw doesNotFit(e);
        }
    }

    private AllocatorState learned(AllocationRequest request, GradientEstimate estimate) {
        try {
            return allocator.update(request, estimate.sampleVariances(), allocatorState);
        } catch (NumericalException e) {
            throw inThisStep(e);
        }
    }

    /** An allocator knows no step: a failure of its own, such as a singular covariance, is told with it. */
    private NumericalException inThisStep(NumericalException e) {
        NumericalException told = new NumericalException(e.getMessage() + " in step " + step);
        told.initCause(e);
        return told;
    }

    /** Up to the estimate a step has changed nothing: the first one that does not fit ends the run without a loss. */
    private NotEnoughMemoryException doesNotFit(OutOfMemoryError e) {
        return NotEnoughMemoryException.of(
                "step " + step + " with " + config.batchSize() + " examples and "
                        + estimator.parameters().dimension() + " parameters",
                e);
    }

    /** Keeps what it needs to undo an update that is not finite. */
    private void updateParameters(float[] gradient, double rate) {
        Parameters parameters = estimator.parameters();
        System.arraycopy(parameters.values(), 0, lastGood, 0, lastGood.length);
        lastOptimizerState.copyFrom(optimizerState);
        optimizer.stepInPlace(parameters, gradient, rate, optimizerState);
        List<Parameter> entries = parameters.list();
        for (int i = 0; i < entries.size(); i++) { // without an iterator, which every step would make
            Parameter p = entries.get(i);
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                float value = parameters.values()[d];
                if (!Float.isFinite(value) && p.trainable()) {
                    System.arraycopy(lastGood, 0, parameters.values(), 0, lastGood.length);
                    optimizerState.copyFrom(lastOptimizerState);
                    throw new NumericalException("updated " + p.name() + "[" + (d - p.offset()) + "] = " + value
                            + " in step " + step + ", gradient " + gradient[d] + ", learning rate " + rate
                            + "; the parameters before the step are kept");
                }
            }
        }
    }

    private static double share(long allocatorFlops, long estimatorFlops) {
        return estimatorFlops == 0 ? Double.NaN : (double) allocatorFlops / (allocatorFlops + estimatorFlops);
    }

    @Override
    public void saveTo(StateArrays out) {
        out.putLongs("step", step);
        out.putDoubles("sampleFlops", sampleFlops);
        Parameters parameters = estimator.parameters();
        for (Parameter p : parameters.list()) {
            out.scope("parameters").putFloats(p.name(), parameters.values(), p.offset(), p.shape());
        }
        out.putDoubles("allocator.state", allocatorState.values());
        optimizerState.saveTo(out.scope("optimizer"));
        estimator.state().saveTo(out.scope("estimator"));
        memory.saveTo(out.scope("memory"));
        variance.saveTo(out.scope("variance"));
        ledger.saveTo(out.scope("ledger"));
        budget.saveTo(out.scope("budget"));
    }

    @Override
    public void restoreFrom(StateArrays in) {
        StateArrays own = new StateArrays();
        saveTo(own);
        in.requireNamesOf(own);
        step = (int) in.count("step", budget.mostSteps());
        sampleFlops = in.doubleValue("sampleFlops");
        Parameters parameters = estimator.parameters();
        for (Parameter p : parameters.list()) {
            in.scope("parameters").floatsInto(p.name(), parameters.values(), p.offset(), p.length());
        }
        allocatorState = new AllocatorState(in.doubles("allocator.state", allocatorState.length()));
        optimizerState.restoreFrom(in.scope("optimizer"));
        estimator.state().restoreFrom(in.scope("estimator"));
        memory.restoreFrom(in.scope("memory"));
        variance.restoreFrom(in.scope("variance"));
        ledger.restoreFrom(in.scope("ledger"));
        budget.restoreFrom(in.scope("budget"));
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

    /**
     * Steps of the whole run: those that were asked for, or where a rule chooses what each spends, those done and those that the
     * rest would pay for at what the next one spends.
     *
     * @return at least {@link #stepsDone}, equal to it at the end
     */
    public int expectedSteps() {
        return budget.expectedSteps(step, ledger);
    }

    private static double norm(float[] gradient) {
        double sum = 0;
        for (float g : gradient) {
            sum += (double) g * g;
        }
        return StrictMath.sqrt(sum);
    }
}
