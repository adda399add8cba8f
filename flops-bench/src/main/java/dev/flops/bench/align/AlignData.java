package dev.flops.bench.align;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What two frozen encoders say of all emoji, ready to be aligned. Features of pictures become {@value #IMAGE_COMPONENTS} principal
 * components of a Gaussian kernel, each of variance 1; vectors of texts become {@value #TEXT_COMPONENTS} principal components, scaled to unit
 * length. Variances and components are those of the emoji to learn from.
 *
 * @param emoji all emoji
 * @param split which of them are held out
 * @param google (emoji, features) of the pictures that are learned from
 * @param twitter (emoji, features) of the pictures in the style that nothing learns from
 * @param targets (emoji, outputs) of the texts, rows of unit length
 * @param categories names of the categories
 * @param categoryTargets (categories, outputs) of their names
 */
record AlignData(
        List<Emoji> emoji,
        EmojiSplit split,
        Tensor google,
        Tensor twitter,
        Tensor targets,
        List<String> categories,
        Tensor categoryTargets) {
    private static final int IMAGE_COMPONENTS = 384;
    private static final int TEXT_COMPONENTS = 128;
    private static final double LEAST_VARIANCE = 1e-12;

    /** Runs both encoders on everything. */
    static AlignData encode(EmojiEncoder images, TextEncoder texts, EmojiSplit split, TensorOps ops, Workers workers) {
        List<Integer> all = IntStream.range(0, Emoji.COUNT).boxed().toList();
        List<Tensor> google = images.encode(EmojiSheet.read(EmojiSheet.Style.GOOGLE), all, workers);
        List<Tensor> twitter = images.encode(EmojiSheet.read(EmojiSheet.Style.TWITTER), all, workers);
        List<Tensor> spreads = new ArrayList<>();
        for (Tensor kind : google) {
            spreads.add(rows(kind, split.train()));
        }
        Tensor learned = scaled(spreads, spreads);
        Kernel kernel = Kernel.Gaussian.asWideAs(learned);
        PrincipalComponents ofImages =
                PrincipalComponents.of(kernel.between(learned, learned, ops), IMAGE_COMPONENTS, true, ops);
        List<Emoji> emoji = Emoji.readAll();
        Tensor texted = encode(texts, emoji.stream().map(Emoji::text).toList());
        Tensor textsLearned = rows(texted, split.train());
        Kernel linear = new Kernel.Linear();
        PrincipalComponents ofTexts =
                PrincipalComponents.of(linear.between(textsLearned, textsLearned, ops), TEXT_COMPONENTS, false, ops);
        List<String> categories = emoji.stream().map(Emoji::group).distinct().toList();
        Tensor named = encode(
                texts, categories.stream().map(name -> name.replace('-', ' ')).toList());
        return new AlignData(
                emoji,
                split,
                ofImages.of(kernel.between(scaled(google, spreads), learned, ops)),
                ofImages.of(kernel.between(scaled(twitter, spreads), learned, ops)),
                unit(ofTexts.of(linear.between(texted, textsLearned, ops))),
                categories,
                unit(ofTexts.of(linear.between(named, textsLearned, ops))));
    }

    /**
     * Kinds of features side by side: each column divided by its standard deviation in {@code spreads} and by √columns of its
     * kind, so that each kind has variance 1 in all.
     */
    private static Tensor scaled(List<Tensor> kinds, List<Tensor> spreads) {
        int rows = kinds.getFirst().shape().extent(0);
        int columns = kinds.stream().mapToInt(kind -> kind.shape().extent(1)).sum();
        Tensor scaled = Tensor.zeros(rows, columns);
        int first = 0;
        for (int k = 0; k < kinds.size(); k++) {
            int own = kinds.get(k).shape().extent(1);
            double[] deviations = deviations(spreads.get(k));
            for (int i = 0; i < rows * own; i++) {
                scaled.array()[i / own * columns + first + i % own] =
                        (float) (kinds.get(k).array()[i] / (deviations[i % own] * StrictMath.sqrt(own)));
            }
            first += own;
        }
        return scaled;
    }

    /** Standard deviation of each column; a column that does not vary is left as it is. */
    private static double[] deviations(Tensor rows) {
        int columns = rows.shape().extent(1);
        double[] sums = new double[columns];
        double[] squares = new double[columns];
        for (int i = 0; i < rows.elements(); i++) {
            double value = rows.array()[i];
            sums[i % columns] += value;
            squares[i % columns] += value * value;
        }
        int n = rows.shape().extent(0);
        for (int c = 0; c < columns; c++) {
            double variance = squares[c] / n - sums[c] / n * (sums[c] / n);
            squares[c] = variance > LEAST_VARIANCE ? StrictMath.sqrt(variance) : 1;
        }
        return squares;
    }

    private static Tensor encode(TextEncoder encoder, List<String> texts) {
        float[] first = encoder.encode(texts.getFirst());
        Tensor vectors = Tensor.zeros(texts.size(), first.length);
        for (int row = 0; row < texts.size(); row++) {
            System.arraycopy(encoder.encode(texts.get(row)), 0, vectors.array(), row * first.length, first.length);
        }
        return vectors;
    }

    /** Scales each row to unit length. */
    private static Tensor unit(Tensor rows) {
        int length = rows.shape().extent(1);
        for (int row = 0; row < rows.shape().extent(0); row++) {
            double squares = 0;
            for (int i = row * length; i < (row + 1) * length; i++) {
                squares += (double) rows.array()[i] * rows.array()[i];
            }
            for (int i = row * length; i < (row + 1) * length; i++) {
                rows.array()[i] = (float) (rows.array()[i] / StrictMath.sqrt(squares));
            }
        }
        return rows;
    }

    /** Index of the category of an emoji. */
    int category(int index) {
        return categories.indexOf(emoji.get(index).group());
    }

    /** Chosen rows. */
    static Tensor rows(Tensor values, List<Integer> chosen) {
        int length = values.shape().extent(1);
        Tensor rows = Tensor.zeros(chosen.size(), length);
        for (int row = 0; row < chosen.size(); row++) {
            System.arraycopy(
                    values.array(), values.offset() + chosen.get(row) * length, rows.array(), row * length, length);
        }
        return rows;
    }
}
