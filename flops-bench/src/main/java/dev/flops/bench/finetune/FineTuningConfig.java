package dev.flops.bench.finetune;

import dev.flops.bench.compare.Arm;
import dev.flops.bench.compare.ComparisonConfig;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.TrainedPart.AdapterOptions;
import java.util.List;

/**
 * What to set side by side.
 *
 * @param base the task; its trained part, allocator, budget, steps, learning rate and seed are replaced
 * @param parts selections of parameters that forward learning and backpropagation train, at least 1
 * @param adapters dimensions of adapters
 * @param arm allocator, samples and estimator of forward learning
 * @param queries queries of one run of forward learning, clean forwards counted
 * @param epochs times that backpropagation sees every training example, at least 1
 * @param learningRates rates that every method chooses from for every part, by accuracy on held-out examples
 * @param seeds seeds of the runs that count, at least 2
 * @param searchSeeds seeds of the search, none of {@code seeds}
 * @param confidence of the intervals, in (0, 1)
 */
public record FineTuningConfig(
        TaskConfig base,
        List<TrainedPart> parts,
        AdapterOptions adapters,
        Arm arm,
        long queries,
        int epochs,
        List<Double> learningRates,
        List<Long> seeds,
        List<Long> searchSeeds,
        double confidence) {
    private static final int POINTS = 10;

    /** Checks the ranges. */
    public FineTuningConfig {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("parts is empty, expected at least one");
        }
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs = " + epochs + ", expected >= 1");
        }
        parts = List.copyOf(parts);
        learningRates = List.copyOf(learningRates);
        seeds = List.copyOf(seeds);
        searchSeeds = List.copyOf(searchSeeds);
        comparison(base, arm, queries, learningRates, seeds, searchSeeds, confidence);
    }

    /** Forward learning of one part. */
    ComparisonConfig comparison(TrainedPart part) {
        return comparison(
                base.but().training(part, adapters).build(),
                arm,
                queries,
                learningRates,
                seeds,
                searchSeeds,
                confidence);
    }

    /** Checks what a comparison checks. */
    private static ComparisonConfig comparison(
            TaskConfig task,
            Arm arm,
            long queries,
            List<Double> learningRates,
            List<Long> seeds,
            List<Long> searchSeeds,
            double confidence) {
        return new ComparisonConfig(
                task,
                List.of(arm),
                seeds,
                queries,
                learningRates,
                List.of(task.estimator().sigma()),
                searchSeeds,
                POINTS,
                confidence);
    }

    /** Runs of both methods and of their searches. */
    int runs() {
        return 2 * parts.size() * comparison(parts.getFirst()).runs();
    }
}
