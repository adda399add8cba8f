package dev.flops.models.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Fashion-MNIST: grey images of 28 × 28 pixels of articles of clothing, ten classes of equal size; 60,000 images for
 * training and 10,000 for testing.
 *
 * <p>This module embeds a part of it, {@link #embeddedTrain} and {@link #embeddedTest}: of each class the first 600
 * training and the first 200 test images in file order, kept in file order. The whole is read with
 * {@link #fromDirectory}. Both are normalised alike, with {@link #NORMALIZATION}; an example has the shape (28, 28, 1).
 *
 * <p>Reference: H. Xiao, K. Rasul, R. Vollgraf, <em>Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
 * Learning Algorithms</em>, arXiv:1708.07747, 2017. Copyright 2017 Zalando SE, MIT licence; the text stands beside the
 * embedded files.
 */
public final class FashionMnist {
    /** Number of classes. */
    public static final int CLASSES = 10;

    /** Height and width of an image, in pixels. */
    public static final int SIDE = 28;

    /**
     * Mean and standard deviation of p/255 over the 60,000 training images, 0.286041 and 0.353024, to four digits.
     */
    public static final Normalization NORMALIZATION = new Normalization(0.2860, 0.3530);

    private static final String TRAIN = "train";
    private static final String TEST = "t10k";
    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final String GZIP = ".gz";

    private static final List<String> CLASS_NAMES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private final IdxDataset train;
    private final IdxDataset test;

    private FashionMnist(IdxDataset train, IdxDataset test) {
        this.train = train;
        this.test = test;
    }

    /**
     * The embedded training images, decoded anew at each call.
     *
     * @return 6,000 examples, 600 of each class
     */
    public static IdxDataset embeddedTrain() {
        return embedded(TRAIN);
    }

    /**
     * The embedded test images, decoded anew at each call.
     *
     * @return 2,000 examples, 200 of each class
     */
    public static IdxDataset embeddedTest() {
        return embedded(TEST);
    }

    /**
     * Reads the four files of the whole data set from a folder: {@code train-images-idx3-ubyte},
     * {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte}, {@code t10k-labels-idx1-ubyte}, each under that
     * name or, if there is no such file, with {@code .gz} appended. How many images they hold is not checked, so that
     * folders with parts of the data set can be read too.
     *
     * @param directory the folder
     * @return both halves
     * @throws InvalidDataException if the content of a file is invalid, the files of a half do not belong together, or
     *     the images are not of 28 × 28 pixels
     * @throws IOException if a file is missing or cannot be read
     */
    public static FashionMnist fromDirectory(Path directory) throws IOException {
        return new FashionMnist(fromDirectory(directory, TRAIN), fromDirectory(directory, TEST));
    }

    /**
     * The training images.
     *
     * @return the data set; 60,000 examples if the files are the original ones
     */
    public IdxDataset train() {
        return train;
    }

    /**
     * The test images.
     *
     * @return the data set; 10,000 examples if the files are the original ones
     */
    public IdxDataset test() {
        return test;
    }

    /**
     * Names of the classes, indexed by label.
     *
     * @return the {@value #CLASSES} names, in English; unmodifiable
     */
    public static List<String> classNames() {
        return CLASS_NAMES;
    }

    private static IdxDataset embedded(String half) {
        try {
            return join(resource(half + IMAGES + GZIP), resource(half + LABELS + GZIP));
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded Fashion-MNIST files cannot be read", e);
        }
    }

    private static IdxArray resource(String name) throws IOException {
        String path = "fashion-mnist/" + name;
        try (InputStream in = FashionMnist.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + path + " of " + FashionMnist.class.getName());
            }
            return IdxReader.read(in, name);
        }
    }

    private static IdxDataset fromDirectory(Path directory, String half) throws IOException {
        return join(IdxReader.read(directory, half + IMAGES), IdxReader.read(directory, half + LABELS));
    }

    private static IdxDataset join(IdxArray images, IdxArray labels) {
        if (images.rank() != 3 || images.extent(1) != SIDE || images.extent(2) != SIDE) {
            throw new InvalidDataException(
                    images.source(),
                    3,
                    "images of shape " + Arrays.toString(images.shape()),
                    "(N, " + SIDE + ", " + SIDE + ")");
        }
        return IdxDataset.of(images, labels, CLASSES, NORMALIZATION);
    }
}
