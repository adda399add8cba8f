package dev.flops.bench.variance;

import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.EpochSampler;
import dev.flops.api.AllocationRequest;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.OptimizerState;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.OptimizerConfig;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskParts;
import java.util.List;

/**
 * A training with equal allocation in whose shadow other allocators learn: each is told of every step, none decides one. So
 * all are measured on the same network with the same history. What they learn for is the number of samples that they are measured
 * with, which need not be that of the training: the best parameters depend on it.
 */
final class ShadowedTraining {
    private final TaskConfig config;
    private final TaskParts parts;
    private final List<Rival> rivals;
    private final int rivalSamples;
    private final VarianceMemory memory;
    private final EpochSampler sampler;
    private final RandomKey perturbationKey;
    private final RandomKey allocationKey;
    private final AdamOptimizer optimizer = new AdamOptimizer(AdamOptimizer.Config.defaults());
    private final OptimizerState optimizerState;
    private final CostLedger ledger = new CostLedger();
    private final EqualAllocator equal = new EqualAllocator();
    private final CosineSchedule schedule;
    private int step;

    /** A training at step 0; rivals learn to allocate {@code samplesPerExample} samples per example on average. */
    ShadowedTraining(TaskConfig config, TaskParts parts, List<Rival> rivals, int samplesPerExample) {
        this.config = config;
        this.rivalSamples = Math.multiplyExact(config.batch(), samplesPerExample);
        this.parts = parts;
        this.rivals = rivals;
        this.memory =
                new VarianceMemory(parts.train().size(), config.allocation().memoryWeight());
        RandomKey root = RandomKey.ofSeed(config.seed());
        this.sampler =
                new EpochSampler(parts.train().size(), config.batch(), root.forPurpose(RandomKey.Purpose.SAMPLING));
        this.perturbationKey = root.forPurpose(RandomKey.Purpose.PERTURBATION);
        this.allocationKey = root.forPurpose(RandomKey.Purpose.ALLOCATION);
        this.optimizerState = optimizer.initialState(parts.trained().dimension());
        OptimizerConfig rate = config.optimizer();
        this.schedule = new CosineSchedule(
                rate.learningRate(), Math.min(rate.warmupSteps(), config.steps() / 10), rate.finalFraction());
    }

    int stepsDone() {
        return step;
    }

    VarianceMemory memory() {
        return memory;
    }

    void runTo(int end) {
        for (; step < end; step++) {
            int[] examples = sampler.batch(step);
            GradientEstimator.Step open = parts.estimator().begin(step, examples, perturbationKey, ledger);
            AllocationRequest request = request(
                    open, Math.multiplyExact(config.batch(), config.budget().samplesPerExample()));
            GradientEstimate estimate = open.estimate(equal.allocate(request, equal.initialState()));
            AllocationRequest asked = request(open, rivalSamples);
            rivals.forEach(rival -> rival.learn(asked, estimate.sampleVariances()));
            memory.updateInPlace(open.signals(), estimate.sampleVariances());
            optimizer.stepInPlace(
                    parts.trained(), estimate.gradient(), schedule.rate(step, config.steps()), optimizerState);
        }
    }

    private AllocationRequest request(GradientEstimator.Step open, int samples) {
        return new AllocationRequest(
                open.signals(), memory.remembered(open.signals()), samples, minimum(), allocationKey.forStep(step));
    }

    private int minimum() {
        return Math.max(
                config.budget().minimumSamples(), parts.estimator().cost().minimumSamples());
    }
}
