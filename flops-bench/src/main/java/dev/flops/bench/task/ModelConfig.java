package dev.flops.bench.task;

import dev.flops.models.adapter.Adapter;
import dev.flops.models.vision.PretrainedVit;
import dev.flops.models.vision.SmallCnn;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionPreset;
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
     * The network as the task begins.
     *
     * @param seed seed of weights that are drawn
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

    /** The embedded vision transformer, pre-trained on Fashion-MNIST: its weights follow no seed. */
    record Pretrained() implements ModelConfig {
        @Override
        public String name() {
            return "pretrained-vit";
        }

        @Override
        public Network create(long seed) {
            return PretrainedVit.create();
        }
    }

    /**
     * The embedded pre-trained vision transformer with a new head.
     *
     * @param classes number of logits
     */
    record PretrainedBody(int classes) implements ModelConfig {
        @Override
        public String name() {
            return new Pretrained().name();
        }

        @Override
        public Network create(long seed) {
            return PretrainedVit.createBody(classes, seed);
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

    /**
     * A network of a named preset, for images of the preset's size.
     *
     * @param preset the preset
     * @param channels channels of the images
     * @param classes number of logits
     */
    record Preset(VisionPreset preset, int channels, int classes) implements ModelConfig {
        @Override
        public String name() {
            return preset.toString();
        }

        @Override
        public Network create(long seed) {
            return preset.create(channels, classes, seed);
        }
    }

    /**
     * A network with an adapter attached.
     *
     * @param base the network that is adapted
     * @param adapter the adapter
     */
    record Adapted(ModelConfig base, Adapter adapter) implements ModelConfig {
        @Override
        public String name() {
            return base.name();
        }

        @Override
        public Network create(long seed) {
            return adapter.attachTo(base.create(seed), seed);
        }
    }
}
