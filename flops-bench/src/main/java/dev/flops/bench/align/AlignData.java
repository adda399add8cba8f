package dev.flops.bench.align;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What two frozen encoders say of all emoji, ready to be aligned. Features of pictures, each of variance 1,
 * become {@value #IMAGE_COMPONENTS} whitened principal components; vectors of texts become {@value #TEXT_COMPONENTS} principal components, scaled to unit
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
    static AlignData encode(EmojiEncoder images, TextEncoder texts, TensorOps ops, Workers workers) {
        List<Integer> all = IntStream.range(0, Emoji.COUNT).boxed().toList();
        Tensor google = images.encode(EmojiSheet.read(EmojiSheet.Style.GOOGLE), all, workers);
        Tensor twitter = images.encode(EmojiSheet.read(EmojiSheet.Style.TWITTER), all, workers);
        return of(google, twitter, texts, ops);
    }

    /** From the features of both sheets, (emoji, features), modified. */
    static AlignData of(Tensor google, Tensor twitter, TextEncoder texts, TensorOps ops) {
        List<Emoji> emoji = Emoji.readAll();
        EmojiSplit split = EmojiSplit.standard();
        double[] deviations = deviations(rows(google, split.train()));
        divide(google, deviations);
        divide(twitter, deviations);
        PrincipalComponents ofImages = PrincipalComponents.of(rows(google, split.train()), IMAGE_COMPONENTS, true, ops);
        Tensor texted = encode(texts, emoji.stream().map(Emoji::text).toList());
        PrincipalComponents ofTexts = PrincipalComponents.of(rows(texted, split.train()), TEXT_COMPONENTS, false, ops);
        List<String> categories = emoji.stream().map(Emoji::group).distinct().toList();
        Tensor named = encode(
                texts, categories.stream().map(name -> name.replace('-', ' ')).toList());
        return new AlignData(
                emoji,
                split,
                ofImages.of(google),
                ofImages.of(twitter),
                unit(ofTexts.of(texted)),
                categories,
                unit(ofTexts.of(named)));
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

    private static void divide(Tensor rows, double[] columns) {
        for (int i = 0; i < rows.elements(); i++) {
            rows.array()[i] = (float) (rows.array()[i] / columns[i % columns.length]);
        }
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
