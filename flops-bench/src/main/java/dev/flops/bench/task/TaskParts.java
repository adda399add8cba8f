package dev.flops.bench.task;

import dev.flops.api.GradientEstimator;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.util.Optional;

/**
 * What a task is made of, for measurements that run it in their own way.
 *
 * @param network the network as the task begins
 * @param trained its parameters, with the trained ones marked
 * @param train what is learned from
 * @param probe held out from training; empty for none
 * @param test looked at once, at the end
 * @param ops tensor operations
 * @param estimator the estimator, without what an allocator adds
 */
public record TaskParts(
        Network network,
        Parameters trained,
        LabelledExamples train,
        Optional<LabelledExamples> probe,
        LabelledExamples test,
        TensorOps ops,
        GradientEstimator estimator) {
    /**
     * Reads the data and makes the parts.
     *
     * @param config the task
     * @param workers run independent work; they change no result
     * @return parts of their own
     * @throws UsageException if they do not fit together
     * @throws IOException if a data file cannot be read
     */
    public static TaskParts of(TaskConfig config, Workers workers) throws IOException {
        TaskData data = TaskData.load(config);
        try {
            return of(config, data, TensorOps.of(config.simd()), workers);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The parts on data that has been read; parts refuse what does not fit with IllegalArgumentException. */
    static TaskParts of(TaskConfig config, TaskData data, TensorOps ops, Workers workers) {
        Network network = config.model().create(config.seed());
        Parameters trained = config.trained().select(network);
        GradientEstimator estimator =
                config.estimator().estimator().create(config.estimator(), network, trained, data.train(), ops, workers);
        return new TaskParts(network, trained, data.train(), data.probe(), data.test(), ops, estimator);
    }
}
