package dev.flops.bench.example;

import dev.flops.alloc.allocate.AllocationSignal;
import dev.flops.alloc.allocate.ImportanceAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.QueryBudget;
import dev.flops.bench.blackbox.FrozenModel;
import dev.flops.bench.blackbox.FunctionObjective;
import dev.flops.bench.blackbox.JournaledObjective;
import dev.flops.bench.blackbox.QueryJournal;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.nio.file.Path;

/** An additive prompt before any model that can be run. */
final class YourOwnModelExample {
    private YourOwnModelExample() {}

    // region tune
    /** Tunes what is added to every input, so that the model's scores favour the labels; 64 queries a step. */
    static float[] tune(FrozenModel model, float[][] inputs, int[] labels, int steps, Path journal) throws IOException {
        Objective box = new FunctionObjective(model.inputLength(), inputs.length, (prompt, example) -> {
            float[] prompted = prompt.clone();
            for (int i = 0; i < prompted.length; i++) {
                prompted[i] += inputs[example][i];
            }
            float[] scores = new float[model.outputLength()];
            model.run(prompted, 1, scores);
            double sum = 0;
            for (float score : scores) {
                sum += StrictMath.exp(score - scores[labels[example]]);
            }
            return (float) StrictMath.log(sum);
        });
        Parameters prompt = Parameters.ofVector(new float[box.dimension()]);
        try (QueryJournal paidFor = QueryJournal.open(journal, "my model, my data")) {
            var estimator = new ParameterEstimator(
                    new JournaledObjective(box, paidFor, 64),
                    prompt,
                    TensorOps.of(SimdWidth.AUTO),
                    ParameterEstimatorConfig.central(new RademacherDirections(), 0.1f));
            new Trainer(
                            new TrainingConfig(steps, Math.min(32, inputs.length), new QueryBudget(64), 1, 1),
                            inputs.length,
                            estimator,
                            new ImportanceAllocator(AllocationSignal.REMEMBERED, 0.2),
                            new AdamOptimizer(AdamOptimizer.Config.defaults()),
                            new CosineSchedule(0.03, 0, 0.05),
                            new VarianceMemory(inputs.length, 0.5))
                    .run(step -> true);
        }
        return prompt.values();
    }
    // endregion
}
