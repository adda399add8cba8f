package dev.flops.bench.prompt;

import dev.flops.models.data.IdxArray;
import dev.flops.models.data.IdxReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Handwritten digits as dark ink on white paper, the way a reader of text expects them: a part of MNIST (LeCun, Cortes, Burges),
 * embedded. A digit of 28 × 28 pixels is enlarged to 40 × 40 by bilinear interpolation between pixel centres and put in the middle
 * of {@value #SIDE} × {@value #SIDE} pixels; white is 1, black −1. Origin and licence stand beside the embedded files.
 */
public final class Digits {
    /** Number of classes. */
    public static final int CLASSES = 10;

    /** Height and width of a picture. */
    public static final int SIDE = 48;

    /** Pixels of a picture. */
    public static final int PIXELS = SIDE * SIDE;

    private static final int ORIGINAL_SIDE = 28;
    private static final int INK_SIDE = 40;
    private static final int MARGIN = (SIDE - INK_SIDE) / 2;

    private final float[] pictures;
    private final int[] labels;

    /** The parts of the data. */
    public enum Part {
        /** 16 of each class: what a prompt learns from. */
        TRAIN,
        /** 50 of each class: what its settings were chosen on. */
        VALIDATION,
        /** 200 of each class: what it is judged by. */
        TEST
    }

    private Digits(float[] pictures, int[] labels) {
        this.pictures = pictures;
        this.labels = labels;
    }

    private Digits(IdxArray images, IdxArray labels) {
        this.labels = new int[labels.length()];
        this.pictures = new float[this.labels.length * PIXELS];
        for (int i = 0; i < this.labels.length; i++) {
            this.labels[i] = labels.get(i);
            enlarge(images, i * ORIGINAL_SIDE * ORIGINAL_SIDE, pictures, i * PIXELS);
        }
    }

    /**
     * Reads a part, decoded anew at each call.
     *
     * @param part which
     * @return its digits
     */
    public static Digits read(Part part) {
        String name = part.name().toLowerCase(Locale.ROOT);
        return new Digits(resource(name + "-images-idx3-ubyte.gz"), resource(name + "-labels-idx1-ubyte.gz"));
    }

    private static IdxArray resource(String name) {
        try (InputStream in = Digits.class.getResourceAsStream("mnist/" + name)) {
            if (in == null) {
                throw new FileNotFoundException("resource mnist/" + name + " of " + Digits.class.getName());
            }
            return IdxReader.read(in, name);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded digits cannot be read", e);
        }
    }

    private static void enlarge(IdxArray from, int first, float[] to, int offset) {
        Arrays.fill(to, offset, offset + PIXELS, 1f);
        BilinearGrid grid = new BilinearGrid(ORIGINAL_SIDE, INK_SIDE);
        float[] ink = new float[ORIGINAL_SIDE * ORIGINAL_SIDE];
        for (int i = 0; i < ink.length; i++) {
            ink[i] = from.get(first + i) / 255f;
        }
        for (int y = 0; y < INK_SIDE; y++) {
            for (int x = 0; x < INK_SIDE; x++) {
                to[offset + (y + MARGIN) * SIDE + x + MARGIN] = 1 - 2 * grid.at(ink, 0, y, x);
            }
        }
    }

    /**
     * The first digits alone. The classes take turns, so that a multiple of {@value #CLASSES} holds as many of each.
     *
     * @param size how many, at least 1
     * @return the digits
     */
    public Digits first(int size) {
        if (size < 1 || size > size()) {
            throw new IllegalArgumentException("digits = " + size + ", expected 1 <= digits <= " + size());
        }
        return new Digits(Arrays.copyOf(pictures, size * PIXELS), Arrays.copyOf(labels, size));
    }

    /**
     * Number of digits.
     *
     * @return the number
     */
    public int size() {
        return labels.length;
    }

    /**
     * The digit that a picture shows.
     *
     * @param example its index
     * @return 0 to 9
     */
    public int label(int example) {
        return labels[example];
    }

    /**
     * Copies a picture.
     *
     * @param example its index
     * @return {@value #SIDE} × {@value #SIDE} values, row-major
     */
    public float[] picture(int example) {
        return Arrays.copyOfRange(pictures, example * PIXELS, (example + 1) * PIXELS);
    }
}
