package dev.flops.bench.variance;

import dev.flops.alloc.train.Evaluator;
import dev.flops.api.SampleIndependence;
import dev.flops.bench.report.Configuration;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.TaskParts;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.variance.VarianceResult.Share;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Trains, pauses at each share of the steps, measures. To be run once. */
public final class VarianceExperiment {
    private static final int WHOLE = 100;

    private final VarianceConfig config;
    private final Workers workers;
    private final Listener listener;

    /** Is told of the progress. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A share has been measured.
         *
         * @param share what was found
         * @param done shares done
         * @param total shares in all
         */
        void onShare(Share share, int done, int total);
    }

    /**
     * An experiment.
     *
     * @param config what to measure
     * @param workers run independent work; they change no result
     * @param listener is told of every share
     */
    public VarianceExperiment(VarianceConfig config, Workers workers, Listener listener) {
        this.config = config;
        this.workers = workers;
        this.listener = listener;
    }

    /**
     * Runs everything.
     *
     * @return what was found
     * @throws UsageException if the task cannot be assembled or its samples are not independent
     * @throws IOException if a data file cannot be read
     */
    public VarianceResult run() throws IOException {
        TaskParts parts = TaskParts.of(config.task(), workers);
        SampleIndependence independence = parts.estimator().independence();
        if (independence != SampleIndependence.INDEPENDENT) {
            throw new UsageException(
                    "estimator = " + parts.estimator().name() + ", expected one with independent samples, found "
                            + independence,
                    null);
        }
        List<Rival> rivals = new ArrayList<>();
        rivals.add(new Rival(AllocatorChoice.EQUAL));
        config.allocators().forEach(choice -> rivals.add(new Rival(choice)));
        ShadowedTraining training = new ShadowedTraining(config.task(), parts, rivals, config.samplesPerExample());
        Evaluator evaluator = new Evaluator(parts.network(), parts.ops(), workers);
        List<Share> shares = new ArrayList<>();
        for (int percent : config.percents()) {
            training.runTo(Math.toIntExact((long) config.task().steps() * percent / WHOLE));
            Share share = new ShareMeasurement(config, parts, rivals, training, workers)
                    .measure(percent, evaluator.evaluate(parts.test()).accuracy());
            shares.add(share);
            listener.onShare(share, shares.size(), config.percents().size());
        }
        return new VarianceResult(
                config.task().taskName(),
                config.samplesPerExample(),
                config.batches(),
                config.repeats(),
                config.confidence(),
                shares,
                Configuration.of(config.task()),
                Provenance.ofThisProcess());
    }
}
