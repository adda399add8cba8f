package dev.flops.bench.finetune;

import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.EpochSampler;
import dev.flops.alloc.train.Evaluator;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.ParametersDigest;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskParts;
import dev.flops.models.reference.Backpropagation;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.util.Arrays;

/** Trains a task by exact gradients: same data, network, selection of parameters, batch, optimizer and schedule. */
final class ExactTraining {
    private final int epochs;
    private final Workers workers;

    ExactTraining(int epochs, Workers workers) {
        this.epochs = epochs;
        this.workers = workers;
    }

    ExactRun run(TaskConfig config) throws IOException {
        long begun = System.nanoTime();
        TaskParts parts = TaskParts.of(config, workers);
        RandomKey order = RandomKey.ofSeed(config.seed()).forPurpose(RandomKey.Purpose.SAMPLING);
        EpochSampler sampler = new EpochSampler(parts.train().size(), config.batch(), order);
        int steps = Math.multiplyExact(epochs, sampler.stepsPerEpoch());
        train(config, parts, sampler, steps);
        Evaluator evaluator = new Evaluator(parts.network(), parts.ops(), workers);
        double heldOut = parts.probe().isPresent()
                ? evaluator.evaluate(parts.probe().get()).accuracy()
                : Double.NaN;
        return new ExactRun(
                config.trained().toString(),
                config.seed(),
                config.optimizer().learningRate(),
                steps,
                heldOut,
                evaluator.evaluate(parts.test()).accuracy(),
                (long) steps * config.batch(),
                1e-9 * (System.nanoTime() - begun),
                ParametersDigest.sha256(parts.trained()));
    }

    private void train(TaskConfig config, TaskParts parts, EpochSampler sampler, int steps) {
        Backpropagation gradients = new Backpropagation(parts.network(), parts.ops(), workers);
        AdamOptimizer optimizer = new AdamOptimizer(AdamOptimizer.Config.defaults());
        OptimizerState state = optimizer.initialState(parts.trained().dimension());
        CosineSchedule schedule = new CosineSchedule(
                config.optimizer().learningRate(), 0, config.optimizer().finalFraction());
        float[] gradient = new float[parts.network().parameters().dimension()];
        for (int step = 0; step < steps; step++) {
            gradients.gradientInto(parts.train(), sampler.batch(step), gradient);
            clearFrozen(parts, gradient);
            optimizer.stepInPlace(parts.trained(), gradient, schedule.rate(step, steps), state);
        }
    }

    private static void clearFrozen(TaskParts parts, float[] gradient) {
        for (Parameter p : parts.trained().list()) {
            if (!p.trainable()) {
                Arrays.fill(gradient, p.offset(), p.offset() + p.length(), 0f);
            }
        }
    }
}
