package dev.flops.bench.pretrain;

import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.EpochSampler;
import dev.flops.alloc.train.Evaluation;
import dev.flops.alloc.train.Evaluator;
import dev.flops.api.LabelledExamples;
import dev.flops.api.OptimizerState;
import dev.flops.api.RandomKey;
import dev.flops.models.reference.Backpropagation;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.weights.DataType;
import dev.flops.models.weights.SafetensorsWriter;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Trains a vision transformer by exact gradients and AdamW. To be run once, by one thread. */
public final class Pretraining {
    private static final double WARMUP_SHARE = 0.05;

    private final PretrainingConfig config;
    private final LabelledExamples train;
    private final Network network;
    private final TensorOps ops;
    private final Workers workers;
    private boolean stopped;

    /** Is told of every epoch. */
    @FunctionalInterface
    public interface Listener {
        /**
         * An epoch has ended.
         *
         * @param epoch its number, from 1
         * @param meanLoss mean training loss of its steps
         * @return true to go on
         */
        boolean onEpoch(int epoch, double meanLoss);
    }

    /**
     * A pre-training at its start.
     *
     * @param config what to do
     * @param train examples to learn from, of the shape and classes of the model
     * @param workers run independent work; they change no result
     */
    public Pretraining(PretrainingConfig config, LabelledExamples train, Workers workers) {
        if (config.batch() > train.size()) {
            throw new IllegalArgumentException(
                    "batch = " + config.batch() + ", expected <= " + train.size() + " training examples");
        }
        this.config = config;
        this.train = train;
        this.workers = workers;
        this.ops = TensorOps.of(config.simd());
        this.network = VisionTransformer.create(config.model(), config.seed());
    }

    /**
     * Trains.
     *
     * @param listener is told of every epoch
     * @throws dev.flops.api.NumericalException if a loss is not finite; the parameters keep their last good values
     */
    public void run(Listener listener) {
        RandomKey order = RandomKey.ofSeed(config.seed()).forPurpose(RandomKey.Purpose.SAMPLING);
        EpochSampler sampler = new EpochSampler(train.size(), config.batch(), order);
        AdamOptimizer optimizer = new AdamOptimizer(new AdamOptimizer.Config(0.9, 0.999, 1e-8, config.weightDecay()));
        Backpropagation gradients = new Backpropagation(network, ops, workers);
        float[] gradient = new float[network.parameters().dimension()];
        OptimizerState state = optimizer.initialState(gradient.length);
        int steps = config.epochs() * sampler.stepsPerEpoch();
        CosineSchedule schedule = new CosineSchedule(config.learningRate(), (int) (WARMUP_SHARE * steps), 0);
        double loss = 0;
        for (int step = 0; step < steps && !stopped; step++) {
            loss += gradients.gradientInto(train, sampler.batch(step), gradient);
            optimizer.stepInPlace(network.parameters(), gradient, schedule.rate(step, steps), state);
            if ((step + 1) % sampler.stepsPerEpoch() == 0) {
                int epoch = (step + 1) / sampler.stepsPerEpoch();
                stopped = !listener.onEpoch(epoch, loss / sampler.stepsPerEpoch());
                loss = 0;
            }
        }
    }

    /**
     * Measures the network as it is.
     *
     * @param examples of the shape of the model
     * @return accuracy and loss
     */
    public Evaluation evaluate(LabelledExamples examples) {
        return new Evaluator(network, ops, workers).evaluate(examples);
    }

    /**
     * Whether the listener stopped the training.
     *
     * @return true if epochs were left
     */
    public boolean stopped() {
        return stopped;
    }

    /**
     * Writes the network, float32, with what made it as metadata.
     *
     * @param file the safetensors file, replaced if it exists
     * @param more further metadata
     * @throws IOException if it cannot be written
     */
    public void write(Path file, Map<String, String> more) throws IOException {
        Map<String, String> metadata = new TreeMap<>(more);
        metadata.put("model", config.model().toString());
        metadata.put("epochs", Integer.toString(config.epochs()));
        metadata.put("batch", Integer.toString(config.batch()));
        metadata.put("learningRate", Double.toString(config.learningRate()));
        metadata.put("weightDecay", Double.toString(config.weightDecay()));
        metadata.put("seed", Long.toString(config.seed()));
        SafetensorsWriter.write(file, network.parameters(), DataType.F32, metadata);
    }
}
