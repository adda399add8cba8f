package dev.flops.bench.align;

import dev.flops.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cosine similarities of projected pictures and texts.
 *
 * @param values of each picture (row) and text
 */
record Similarities(double[][] values) {
    /** Of each row of (pictures, outputs) with each of (texts, outputs), the latter of unit length. */
    static Similarities of(Tensor pictures, Tensor texts) {
        int length = pictures.shape().extent(1);
        double[][] values = new double[pictures.shape().extent(0)][texts.shape().extent(0)];
        for (int i = 0; i < values.length; i++) {
            double squares = 0;
            for (int f = 0; f < length; f++) {
                double value = pictures.array()[pictures.offset() + i * length + f];
                squares += value * value;
            }
            for (int j = 0; j < values[i].length; j++) {
                double product = 0;
                for (int f = 0; f < length; f++) {
                    product += (double) pictures.array()[pictures.offset() + i * length + f]
                            * texts.array()[texts.offset() + j * length + f];
                }
                values[i][j] = product / StrictMath.sqrt(squares);
            }
        }
        return new Similarities(values);
    }

    /** Share of pictures i with fewer than k texts nearer than text i. */
    double imageToText(int k) {
        return share(k, (i, j) -> values[i][j]);
    }

    /** Share of texts i with fewer than k pictures nearer than picture i. */
    double textToImage(int k) {
        return share(k, (i, j) -> values[j][i]);
    }

    private interface Entry {
        double at(int i, int j);
    }

    private double share(int k, Entry entry) {
        int found = 0;
        for (int i = 0; i < values.length; i++) {
            int nearer = 0;
            for (int j = 0; j < values.length; j++) {
                nearer += entry.at(i, j) > entry.at(i, i) ? 1 : 0;
            }
            found += nearer < k ? 1 : 0;
        }
        return (double) found / values.length;
    }

    /** The texts of a picture, the nearest first. */
    List<Integer> nearestTexts(int picture) {
        return IntStream.range(0, values[picture].length)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> -values[picture][j]))
                .toList();
    }

    /** The pictures of a text, the nearest first. */
    List<Integer> nearestPictures(int text) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -values[i][text]))
                .toList();
    }
}
