package dev.flops.bench.finetune;

import dev.flops.alloc.train.Evaluator;
import dev.flops.bench.compare.ArmResult;
import dev.flops.bench.compare.ArmRun;
import dev.flops.bench.compare.Comparison;
import dev.flops.bench.compare.ComparisonResult;
import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.Configuration;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskParts;
import dev.flops.bench.task.TrainedPart;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Runs the network as pre-trained, then every part by backpropagation and by forward learning. To be run once. */
public final class FineTuning {
    private final FineTuningConfig config;
    private final Workers workers;
    private final Listener listener;
    private final ExactTraining exact;
    private final List<ArmRun> forwardRuns = new ArrayList<>();
    private final List<ExactRun> exactRuns = new ArrayList<>();
    private int done;

    /** Is told of every finished run. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A run has ended.
         *
         * @param name method, part, seed and accuracy
         * @param done runs done
         * @param total runs in all
         */
        void onRun(String name, int done, int total);
    }

    /**
     * A fine-tuning side by side, to be run once.
     *
     * @param config what to set side by side
     * @param workers run independent work; they change no result
     * @param listener is told of every finished run
     */
    public FineTuning(FineTuningConfig config, Workers workers, Listener listener) {
        this.config = config;
        this.workers = workers;
        this.listener = listener;
        this.exact = new ExactTraining(config.epochs(), workers);
    }

    /**
     * Runs everything.
     *
     * @return what came of it
     * @throws dev.flops.bench.task.UsageException if parts of the task do not fit together
     * @throws IOException if a data file cannot be read
     */
    public FineTuningResult run() throws IOException {
        List<FineTuningRow> rows = new ArrayList<>();
        rows.add(asPretrained());
        for (TrainedPart part : config.parts()) {
            FineTuningRow reference = byBackpropagation(part);
            rows.add(reference);
            rows.add(byForwardLearning(part, reference));
        }
        return new FineTuningResult(
                config.base().taskName(),
                config.confidence(),
                rows,
                forwardRuns,
                exactRuns,
                Configuration.of(config.base()),
                Provenance.ofThisProcess());
    }

    private FineTuningRow asPretrained() throws IOException {
        long begun = System.nanoTime();
        TaskParts parts = TaskParts.of(config.base(), workers);
        double accuracy = new Evaluator(parts.network(), parts.ops(), workers)
                .evaluate(parts.test())
                .accuracy();
        double seconds = 1e-9 * (System.nanoTime() - begun);
        Interval exactly = new Interval(accuracy, accuracy, accuracy);
        return new FineTuningRow("none", "none", 0, null, exactly, null, 0, seconds);
    }

    private FineTuningRow byBackpropagation(TrainedPart part) throws IOException {
        double rate = bestRate(part);
        List<ExactRun> runs = new ArrayList<>();
        for (long seed : config.seeds()) {
            runs.add(exactRun(part, rate, seed));
        }
        exactRuns.addAll(runs);
        return new FineTuningRow(
                "backpropagation",
                part.toString(),
                trained(part),
                rate,
                Interval.of(values(runs, ExactRun::testAccuracy), config.confidence()),
                null,
                runs.getFirst().queries(),
                median(values(runs, ExactRun::seconds)));
    }

    /** The rate of the best mean accuracy on held-out examples; the earlier one of two that are equally good. */
    private double bestRate(TrainedPart part) throws IOException {
        double best = config.learningRates().getFirst();
        if (config.learningRates().size() == 1) {
            return best;
        }
        double bestAccuracy = Double.NEGATIVE_INFINITY;
        for (double rate : config.learningRates()) {
            double accuracy = 0;
            for (long seed : config.searchSeeds()) {
                accuracy += exactRun(part, rate, seed).heldOutAccuracy();
            }
            if (accuracy > bestAccuracy) {
                bestAccuracy = accuracy;
                best = rate;
            }
        }
        return best;
    }

    private ExactRun exactRun(TrainedPart part, double rate, long seed) throws IOException {
        TaskConfig task = config.base()
                .but()
                .training(part, config.adapters())
                .learningRate(rate)
                .seed(seed)
                .build();
        ExactRun run = exact.run(task);
        told("backpropagation", part, seed, run.testAccuracy());
        return run;
    }

    private FineTuningRow byForwardLearning(TrainedPart part, FineTuningRow reference) throws IOException {
        ComparisonResult result = new Comparison(
                        config.comparison(part),
                        workers,
                        (run, ignored, all) -> told("forward", part, run.seed(), run.testAccuracy()))
                .run();
        forwardRuns.addAll(result.runs());
        ArmResult arm = result.arms().getFirst();
        return new FineTuningRow(
                "forward",
                part.toString(),
                trained(part),
                arm.learningRate(),
                arm.testAccuracy(),
                arm.testAccuracy().mean() / reference.testAccuracy().mean(),
                result.runs().getFirst().queries(),
                arm.seconds());
    }

    private int trained(TrainedPart part) throws IOException {
        TaskConfig task = config.base().but().training(part, config.adapters()).build();
        return TaskParts.of(task, workers).trained().trainableDimension();
    }

    private void told(String method, TrainedPart part, long seed, double accuracy) {
        String name = String.format(Locale.ROOT, "%s %s seed %d: %.1f %%", method, part, seed, 100 * accuracy);
        listener.onRun(name, ++done, config.runs());
    }

    private static double[] values(List<ExactRun> runs, ToDoubleFunction<ExactRun> value) {
        return runs.stream().mapToDouble(value).toArray();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
