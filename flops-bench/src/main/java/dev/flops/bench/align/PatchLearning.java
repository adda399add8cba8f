package dev.flops.bench.align;

import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Network;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Learns a {@link PatchDictionary} from pictures alone, without names, by spherical k-means. Patches p, those that are nearly of one colour left
 * out, are whitened, z = (C + {@value #RIDGE} I)^{−1/2} (p − mean) with their covariance C; a word d of unit length gathers the
 * z whose product with it is the largest, and becomes Σ z (z·d), scaled to unit length. With ς the standard deviation of all
 * products, a word answers max(0, d·z/ς − {@value #THRESHOLD}).
 *
 * <p>Reference: Coates, Ng, <em>Learning Feature Representations with K-Means</em>, Neural Networks: Tricks of the Trade, 2012.
 */
public final class PatchLearning {
    private static final double RIDGE = 0.01;
    private static final double THRESHOLD = 0.5;
    private static final double LEAST_VARIANCE = 0.0025;
    private static final int LENGTH = PatchDictionary.SIDE * PatchDictionary.SIDE * EmojiSheet.CHANNELS;
    private static final int STREAM_PATCHES = 0x70617463;
    private static final int STREAM_WORDS = 0x776F7264;

    private final Config config;
    private final TensorOps ops;
    private final double[] mean = new double[LENGTH];
    private final double[][] whitening = new double[LENGTH][LENGTH];

    /**
     * How to learn.
     *
     * @param words words, each with a counterpart, at least 1
     * @param patches patches to learn from, at least {@code words}
     * @param rounds rounds of k-means, at least 1
     * @param seed seed of patches and first words
     */
    public record Config(int words, int patches, int rounds, long seed) {
        /** Checks the ranges. */
        public Config {
            if (words < 1 || rounds < 1) {
                throw new IllegalArgumentException("words = " + words + ", rounds = " + rounds + ", expected >= 1");
            }
            if (patches < words || patches < LENGTH) {
                throw new IllegalArgumentException("patches = " + patches + ", expected at least as many as words, "
                        + words + ", and as values of a patch, " + LENGTH);
            }
        }
    }

    private PatchLearning(Config config, TensorOps ops) {
        this.config = config;
        this.ops = ops;
    }

    /**
     * Learns from the pictures of Google's style that are not held out.
     *
     * @param config how
     * @param ops tensor operations
     * @return a network that holds the words
     */
    public static Network learn(Config config, TensorOps ops) {
        return new PatchLearning(config, ops)
                .learn(
                        EmojiSheet.read(EmojiSheet.Style.GOOGLE),
                        EmojiSplit.standard().train());
    }

    private Network learn(EmojiSheet sheet, List<Integer> emoji) {
        Tensor patches = draw(sheet, emoji);
        fitWhitening(patches);
        Tensor white = whitened(patches);
        Tensor words = firstWords();
        Tensor products = Tensor.zeros(config.patches(), config.words());
        for (int round = 0; round < config.rounds(); round++) {
            ops.matrix().matmulTransposedBInto(white, words, products, new Workspace());
            gather(white, products, words);
        }
        ops.matrix().matmulTransposedBInto(white, words, products, new Workspace());
        return dictionary(words, deviation(products));
    }

    /** Patches (patches, length), row-major (side, side, channels) each. */
    private Tensor draw(EmojiSheet sheet, List<Integer> emoji) {
        float[][] pictures = new float[emoji.size()][EmojiSheet.LENGTH];
        for (int i = 0; i < pictures.length; i++) {
            sheet.readInto(emoji.get(i), pictures[i], 0);
        }
        RandomKey key = RandomKey.ofSeed(config.seed()).fold(STREAM_PATCHES, 0);
        Tensor patches = Tensor.zeros(config.patches(), LENGTH);
        int places = EmojiSheet.SIDE - PatchDictionary.SIDE + 1;
        int row = 0;
        for (int trial = 0; row < config.patches(); trial++) {
            float[] picture = pictures[(int) (key.uniform(trial, 0) * pictures.length)];
            int top = (int) (key.uniform(trial, 1) * places);
            int left = (int) (key.uniform(trial, 2) * places);
            for (int y = 0; y < PatchDictionary.SIDE; y++) {
                int width = PatchDictionary.SIDE * EmojiSheet.CHANNELS;
                int from = ((top + y) * EmojiSheet.SIDE + left) * EmojiSheet.CHANNELS;
                System.arraycopy(picture, from, patches.array(), row * LENGTH + y * width, width);
            }
            row += variance(patches.array(), row * LENGTH) > LEAST_VARIANCE ? 1 : 0;
        }
        return patches;
    }

    private static double variance(float[] values, int offset) {
        double sum = 0;
        double squares = 0;
        for (int i = offset; i < offset + LENGTH; i++) {
            sum += values[i];
            squares += (double) values[i] * values[i];
        }
        return squares / LENGTH - sum / LENGTH * (sum / LENGTH);
    }

    /** mean, and (C + ridge I)^{−1/2}. */
    private void fitWhitening(Tensor patches) {
        int n = config.patches();
        double[][] covariance = new double[LENGTH][LENGTH];
        for (int i = 0; i < patches.elements(); i++) {
            mean[i % LENGTH] += (double) patches.array()[i] / n;
        }
        double[] centred = new double[LENGTH];
        for (int row = 0; row < n; row++) {
            for (int i = 0; i < LENGTH; i++) {
                centred[i] = patches.array()[row * LENGTH + i] - mean[i];
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] += centred[i] * centred[j] / n;
                    covariance[j][i] = covariance[i][j];
                }
            }
        }
        var eigen = new EigenDecomposition(new Array2DRowRealMatrix(covariance, false));
        for (int k = 0; k < LENGTH; k++) {
            double scale = 1 / StrictMath.sqrt(Math.max(0, eigen.getRealEigenvalue(k)) + RIDGE);
            for (int i = 0; i < LENGTH; i++) {
                for (int j = 0; j < LENGTH; j++) {
                    whitening[i][j] +=
                            scale * eigen.getV().getEntry(i, k) * eigen.getV().getEntry(j, k);
                }
            }
        }
    }

    private Tensor whitened(Tensor patches) {
        Tensor matrix = Tensor.zeros(LENGTH, LENGTH);
        Tensor centred = Tensor.zeros(config.patches(), LENGTH);
        Tensor white = Tensor.zeros(config.patches(), LENGTH);
        for (int i = 0; i < LENGTH * LENGTH; i++) {
            matrix.array()[i] = (float) whitening[i / LENGTH][i % LENGTH];
        }
        for (int i = 0; i < patches.elements(); i++) {
            centred.array()[i] = (float) (patches.array()[i] - mean[i % LENGTH]);
        }
        ops.matrix().matmulInto(centred, matrix, white, new Workspace());
        return white;
    }

    private Tensor firstWords() {
        RandomKey key = RandomKey.ofSeed(config.seed()).fold(STREAM_WORDS, 0);
        Tensor words = Tensor.zeros(config.words(), LENGTH);
        double[] word = new double[LENGTH];
        for (int w = 0; w < config.words(); w++) {
            for (int i = 0; i < LENGTH; i++) {
                word[i] = key.uniform(w, i) - 0.5;
            }
            store(word, words, w);
        }
        return words;
    }

    /** A word that gathers nothing stays as it is. */
    private void gather(Tensor white, Tensor products, Tensor words) {
        double[][] sums = new double[config.words()][LENGTH];
        boolean[] found = new boolean[config.words()];
        for (int row = 0; row < config.patches(); row++) {
            int first = row * config.words();
            int best = 0;
            for (int w = 1; w < config.words(); w++) {
                best = products.array()[first + w] > products.array()[first + best] ? w : best;
            }
            found[best] = true;
            for (int i = 0; i < LENGTH; i++) {
                sums[best][i] += (double) products.array()[first + best] * white.array()[row * LENGTH + i];
            }
        }
        for (int w = 0; w < config.words(); w++) {
            if (found[w]) {
                store(sums[w], words, w);
            }
        }
    }

    /** Scaled to unit length. */
    private static void store(double[] word, Tensor words, int row) {
        double squares = 0;
        for (double value : word) {
            squares += value * value;
        }
        for (int i = 0; i < LENGTH; i++) {
            words.array()[row * LENGTH + i] = (float) (word[i] / StrictMath.sqrt(squares));
        }
    }

    private static double deviation(Tensor products) {
        double sum = 0;
        double squares = 0;
        for (float value : products.array()) {
            sum += value;
            squares += (double) value * value;
        }
        int n = products.elements();
        return StrictMath.sqrt(squares / n - sum / n * (sum / n));
    }

    /** d·z/ς − t = (W d/ς)·p − (W d/ς)·mean − t, and the same of −d. */
    private Network dictionary(Tensor words, double deviation) {
        int area = PatchDictionary.SIDE * PatchDictionary.SIDE;
        Network network = PatchDictionary.network(2 * config.words());
        float[] values = network.parameters().values();
        int weight = network.parameters().list().getFirst().offset();
        int bias = network.parameters().list().getLast().offset();
        for (int w = 0; w < config.words(); w++) {
            double shift = 0;
            for (int i = 0; i < LENGTH; i++) {
                double filter = 0;
                for (int j = 0; j < LENGTH; j++) {
                    filter += whitening[i][j] * words.array()[w * LENGTH + j] / deviation;
                }
                shift += filter * mean[i];
                // (side, side, channels) of a patch, (channels, side, side) of a convolution.
                int to = weight + 2 * w * LENGTH + i % EmojiSheet.CHANNELS * area + i / EmojiSheet.CHANNELS;
                values[to] = (float) filter;
                values[to + LENGTH] = (float) -filter;
            }
            values[bias + 2 * w] = (float) (-shift - THRESHOLD);
            values[bias + 2 * w + 1] = (float) (shift - THRESHOLD);
        }
        return network;
    }
}
