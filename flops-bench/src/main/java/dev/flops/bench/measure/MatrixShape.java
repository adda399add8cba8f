package dev.flops.bench.measure;

import java.util.List;

/**
 * A matrix product (rows, inner) · (inner, columns) as a network performs it.
 *
 * @param name which layer
 * @param rows M, samples × tokens
 * @param columns N, features out
 * @param inner K, features in
 */
public record MatrixShape(String name, int rows, int columns, int inner) {
    /** Tokens of the small vision transformer, the class token included. */
    public static final int TOKENS = 17;

    /** Samples that run as rows of one product. */
    public static final int SAMPLES = 32;

    /** Features of the small vision transformer. */
    public static final int FEATURES = 48;

    /** Attention heads of the small vision transformer. */
    public static final int HEADS = 3;

    /** Hidden features of its feed-forward blocks. */
    public static final int HIDDEN = 192;

    /** The products of one encoder block of the small vision transformer, on a chunk of samples. */
    public static final List<MatrixShape> SMALL_VIT = List.of(
            new MatrixShape("qkv", SAMPLES * TOKENS, 3 * FEATURES, FEATURES),
            new MatrixShape("proj", SAMPLES * TOKENS, FEATURES, FEATURES),
            new MatrixShape("fc1", SAMPLES * TOKENS, HIDDEN, FEATURES),
            new MatrixShape("fc2", SAMPLES * TOKENS, FEATURES, HIDDEN));

    /**
     * Operations of the product, a multiply-add counting two.
     *
     * @return 2 M N K
     */
    public double flops() {
        return 2.0 * rows * columns * inner;
    }
}
