package dev.flops.bench.task;

import dev.flops.models.vision.SmallCnn;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.network.Network;

/** Which network a task trains, and its dimensions. */
public sealed interface ModelConfig {
    /**
     * Name for reports and run names.
     *
     * @return a short name
     */
    String name();

    /**
     * A network with random weights.
     *
     * @param seed seed of the weights
     * @return the network
     */
    Network create(long seed);

    /**
     * A vision transformer.
     *
     * @param dimensions its dimensions
     */
    record Vit(VisionTransformerConfig dimensions) implements ModelConfig {
        @Override
        public String name() {
            return "vit";
        }

        @Override
        public Network create(long seed) {
            return VisionTransformer.create(dimensions, seed);
        }
    }

    /**
     * A small convolutional network.
     *
     * @param dimensions its dimensions
     */
    record Cnn(SmallCnnConfig dimensions) implements ModelConfig {
        @Override
        public String name() {
            return "cnn";
        }

        @Override
        public Network create(long seed) {
            return SmallCnn.create(dimensions, seed);
        }
    }
}
