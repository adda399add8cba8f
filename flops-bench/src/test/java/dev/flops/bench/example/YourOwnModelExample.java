package dev.flops.bench.example;

import dev.flops.api.Objective;
import dev.flops.bench.blackbox.FrozenModel;
import dev.flops.bench.blackbox.FunctionObjective;
import dev.flops.bench.blackbox.JournaledObjective;
import dev.flops.bench.blackbox.QueryJournal;
import dev.flops.bench.blackbox.QueryMeter;
import dev.flops.bench.prompt.ForwardTuner;
import dev.flops.bench.prompt.PromptTuner;
import dev.flops.bench.task.AllocatorChoice;
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
        float[] prompt = new float[box.dimension()];
        int batch = Math.min(32, inputs.length);
        PromptTuner tuner =
                new ForwardTuner(ForwardTuner.Scheme.PAIRS, AllocatorChoice.IMPORTANCE, 0.1f, 0.03, batch, 64);
        try (QueryJournal paidFor = QueryJournal.open(journal, "my model, my data")) {
            Objective kept = new JournaledObjective(box, paidFor, 64);
            tuner.tune(new QueryMeter(kept, 64L * steps), prompt, 1, (now, loss) -> true);
        }
        return prompt;
    }
    // endregion
}
