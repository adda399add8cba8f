package dev.flops.bench.task;

import dev.flops.bench.task.TrainedPart.AdapterOptions;
import dev.flops.tensor.spec.SimdWidth;

/** A task that differs from another one in what is set here. */
public final class TaskConfigBuilder {
    private ModelConfig model;
    private DataConfig data;
    private EstimatorConfig estimator;
    private TrainedPart trained;
    private AllocationConfig allocation;
    private BudgetConfig budget;
    private OptimizerConfig optimizer;
    private int steps;
    private int batch;
    private long seed;
    private int threads;
    private SimdWidth simd;
    private ReportConfig report;

    TaskConfigBuilder(TaskConfig base) {
        model = base.model();
        data = base.data();
        estimator = base.estimator();
        trained = base.trained();
        allocation = base.allocation();
        budget = base.budget();
        optimizer = base.optimizer();
        steps = base.steps();
        batch = base.batch();
        seed = base.seed();
        threads = base.threads();
        simd = base.simd();
        report = base.report();
    }

    /**
     * Sets the network.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder model(ModelConfig value) {
        model = value;
        return this;
    }

    /**
     * Sets the data.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder data(DataConfig value) {
        data = value;
        return this;
    }

    /**
     * Sets how gradients are estimated.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder estimator(EstimatorConfig value) {
        estimator = value;
        return this;
    }

    /**
     * Sets what is trained.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder trained(TrainedPart value) {
        trained = value;
        return this;
    }

    /**
     * Sets how queries are shared among examples.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder allocation(AllocationConfig value) {
        allocation = value;
        return this;
    }

    /**
     * Sets queries of a step.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder budget(BudgetConfig value) {
        budget = value;
        return this;
    }

    /**
     * Sets rate and schedule.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder optimizer(OptimizerConfig value) {
        optimizer = value;
        return this;
    }

    /**
     * Sets number of steps.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder steps(int value) {
        steps = value;
        return this;
    }

    /**
     * Sets examples of a step.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder batch(int value) {
        batch = value;
        return this;
    }

    /**
     * Sets seed of everything random.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder seed(long value) {
        seed = value;
        return this;
    }

    /**
     * Sets threads that compute.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder threads(int value) {
        threads = value;
        return this;
    }

    /**
     * Sets vector width.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder simd(SimdWidth value) {
        simd = value;
        return this;
    }

    /**
     * Sets what is reported, and how often.
     *
     * @param value the new value
     * @return this
     */
    public TaskConfigBuilder report(ReportConfig value) {
        report = value;
        return this;
    }

    /**
     * Sets what is trained, and attaches to the network what that part needs.
     *
     * @param part the selection of parameters
     * @param adapters dimensions of adapters
     * @return this
     */
    public TaskConfigBuilder training(TrainedPart part, AdapterOptions adapters) {
        ModelConfig base = model;
        model = part.adapter(adapters)
                .<ModelConfig>map(adapter -> new ModelConfig.Adapted(base, adapter))
                .orElse(base);
        return trained(part);
    }

    /**
     * Sets the peak learning rate and leaves the schedule as it is.
     *
     * @param value the rate
     * @return this
     */
    public TaskConfigBuilder learningRate(double value) {
        return optimizer(new OptimizerConfig(value, optimizer.warmupSteps(), optimizer.finalFraction()));
    }

    /**
     * Sets how many training examples are held out.
     *
     * @param value number of examples, at most a tenth of all will be
     * @return this
     */
    public TaskConfigBuilder probeExamples(int value) {
        return data(new DataConfig(data.set(), data.directory(), value, data.shots()));
    }

    /**
     * The task.
     *
     * @return its configuration
     * @throws IllegalArgumentException if a value is out of its range
     */
    public TaskConfig build() {
        return new TaskConfig(
                model,
                data,
                estimator,
                trained,
                allocation,
                budget,
                optimizer,
                steps,
                batch,
                seed,
                threads,
                simd,
                report);
    }
}
