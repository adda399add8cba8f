package dev.flops.bench.pretrain;

import dev.flops.api.LabelledExamples;
import dev.flops.bench.align.EmojiEncoder;
import dev.flops.bench.align.KeywordPictures;
import dev.flops.models.data.FashionMnist;
import dev.flops.models.vision.PretrainedVit;
import dev.flops.models.vision.ResNet;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.weights.DataType;
import dev.flops.tensor.network.Network;
import java.util.Locale;

/** A network and what it is to learn. */
public enum PretrainingSubject {
    /** The small vision transformer that this project adapts, on the embedded part of Fashion-MNIST. */
    FASHION_MNIST {
        @Override
        Network network(long seed) {
            return VisionTransformer.create(PretrainedVit.CONFIG, seed);
        }

        @Override
        LabelledExamples train(long seed) {
            return FashionMnist.embeddedTrain();
        }

        @Override
        LabelledExamples test(long seed) {
            return FashionMnist.embeddedTest();
        }

        @Override
        String model() {
            return PretrainedVit.CONFIG.toString();
        }

        @Override
        DataType type() {
            return DataType.F32;
        }

        @Override
        public int epochs() {
            return 15;
        }

        @Override
        public String description() {
            return "Fashion-MNIST, first 600 training images of each class, features (p/255 - "
                    + FashionMnist.NORMALIZATION.mean() + ") / " + FashionMnist.NORMALIZATION.standardDeviation();
        }
    },

    /** The image encoder of alignment, on keywords of emoji. */
    EMOJI {
        private static final int VARIATIONS = 10;

        @Override
        Network network(long seed) {
            return ResNet.create(EmojiEncoder.config(), seed);
        }

        @Override
        LabelledExamples train(long seed) {
            return KeywordPictures.train(VARIATIONS, seed);
        }

        @Override
        LabelledExamples test(long seed) {
            return KeywordPictures.heldOut(seed);
        }

        @Override
        String model() {
            return EmojiEncoder.config().toString();
        }

        @Override
        DataType type() {
            return DataType.F16;
        }

        @Override
        public int epochs() {
            return 5;
        }

        @Override
        public String description() {
            return "emoji in Google's style, 300 held out, " + VARIATIONS
                    + " variations each, shares even among its keywords, features p/127.5 - 1";
        }
    };

    /** The network with random weights. */
    abstract Network network(long seed);

    abstract LabelledExamples train(long seed);

    abstract LabelledExamples test(long seed);

    /** Its dimensions, for metadata. */
    abstract String model();

    /** Element type of the file. */
    abstract DataType type();

    /**
     * Epochs unless told otherwise.
     *
     * @return at least 1
     */
    public abstract int epochs();

    /**
     * What the examples are, for metadata.
     *
     * @return a line of text
     */
    public abstract String description();

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
