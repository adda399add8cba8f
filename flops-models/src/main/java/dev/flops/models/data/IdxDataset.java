package dev.flops.models.data;

import dev.flops.api.LabelledExamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled images from two IDX files.
 *
 * <p>The images are an array (N, height, width), read as one channel, or (N, height, width, channels); the labels an
 * array (N) of numbers in [0, classes). An example has the shape (height, width, channels), and its features are
 * normalised as {@link Normalization} says.
 *
 * <p>Immutable, safe for use by several threads. The images stay in memory as bytes; reading an example allocates
 * nothing.
 */
public final class IdxDataset implements LabelledExamples {
    /** Most classes: as many as an unsigned byte can name. */
    public static final int MAX_CLASSES = 256;

    private final ImageDataset images;
    private final Normalization normalization;

    private IdxDataset(IdxArray images, IdxArray labels, int classes, Normalization normalization) {
        // (N, height, width[, channels]) -> (height, width, channels)
        int[] shape = {images.extent(1), images.extent(2), images.rank() == 4 ? images.extent(3) : 1};
        int[] numbers = new int[labels.length()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = labels.get(i);
        }
        this.images = new ImageDataset(images.values(), numbers, shape, classes, List.of(normalization));
        this.normalization = normalization;
    }

    /**
     * Joins images and labels.
     *
     * @param images array (N, height, width) or (N, height, width, channels)
     * @param labels array (N) of values in [0, classes)
     * @param classes number of classes, 2 to {@value #MAX_CLASSES}
     * @param normalization how bytes become features
     * @return the data set of N examples
     * @throws InvalidDataException if the arrays have other ranks, N differs between them, or a label is out of range
     */
    public static IdxDataset of(IdxArray images, IdxArray labels, int classes, Normalization normalization) {
        if (classes < 2 || classes > MAX_CLASSES) {
            throw new IllegalArgumentException("classes = " + classes + ", expected 2 <= classes <= " + MAX_CLASSES);
        }
        if (images.rank() != 3 && images.rank() != 4) {
            throw new InvalidDataException(
                    images.source(),
                    3,
                    "images of shape " + Arrays.toString(images.shape()),
                    "(N, height, width) or (N, height, width, channels)");
        }
        if (labels.rank() != 1) {
            throw new InvalidDataException(
                    labels.source(), 3, "labels of shape " + Arrays.toString(labels.shape()), "(N)");
        }
        if (labels.length() != images.extent(0)) {
            throw new InvalidDataException(
                    labels.source(),
                    IdxArray.offsetOfExtent(0),
                    "number of labels = " + labels.length(),
                    images.extent(0) + ", the number of images in " + images.source());
        }
        for (int i = 0; i < labels.length(); i++) {
            if (labels.get(i) >= classes) {
                throw new InvalidDataException(
                        labels.source(),
                        labels.offsetOf(i),
                        "label of example " + i + " = " + labels.get(i),
                        "0 <= label < " + classes);
            }
        }
        return new IdxDataset(images, labels, classes, normalization);
    }

    /**
     * Reads and joins two files.
     *
     * @param images file of the images, plain or gzip
     * @param labels file of the labels, plain or gzip
     * @param classes number of classes, 2 to {@value #MAX_CLASSES}
     * @param normalization how bytes become features
     * @return the data set
     * @throws InvalidDataException if a file's content is invalid or the two do not belong together, see {@link #of}
     * @throws IOException if a file cannot be read
     */
    public static IdxDataset read(Path images, Path labels, int classes, Normalization normalization)
            throws IOException {
        return of(IdxReader.read(images), IdxReader.read(labels), classes, normalization);
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public int[] exampleShape() {
        return images.exampleShape();
    }

    @Override
    public int exampleLength() {
        return images.exampleLength();
    }

    @Override
    public int classes() {
        return images.classes();
    }

    /**
     * How bytes become features.
     *
     * @return the normalisation given at construction
     */
    public Normalization normalization() {
        return normalization;
    }

    @Override
    public int label(int example) {
        return images.label(example);
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        images.readInto(example, out, offset);
    }
}
