package dev.flops.models.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 and CIFAR-100 in their binary form: colour images of 32 × 32 pixels; 50,000 for training and 10,000 for testing.
 *
 * <pre>
 *   CIFAR-10    record = label, 1 byte; red, green, blue planes, 1024 bytes each, row-major
 *   CIFAR-100   record = coarse label, 1 byte; fine label, 1 byte; the planes
 * </pre>
 *
 * <p>A file is records to its end, plain or compressed with gzip. An example has the shape (32, 32, 3).
 *
 * <p>Files are untrusted: labels are checked, memory grows with the bytes that arrive (about three times the received size at
 * most), and whatever is wrong with the content is an {@link InvalidDataException}.
 *
 * <p>Reference: A. Krizhevsky, <em>Learning Multiple Layers of Features from Tiny Images</em>, 2009.
 */
public final class Cifar {
    /** Height and width of an image, in pixels. */
    public static final int SIDE = 32;

    /** Channels of an image: red, green, blue. */
    public static final int CHANNELS = 3;

    /** Most images of a data set. */
    public static final int MAX_IMAGES = 200_000;

    private static final int PLANE = SIDE * SIDE;
    private static final int PIXELS = CHANNELS * PLANE;

    /** Which labels of which data set. */
    public enum Labels {
        /** The ten classes of CIFAR-10. */
        CIFAR_10(10),
        /** The twenty superclasses of CIFAR-100. */
        CIFAR_100_COARSE(20),
        /** The hundred classes of CIFAR-100. */
        CIFAR_100_FINE(100);

        private static final int COARSE = 20;
        private static final int FINE = 100;

        private final int classes;

        Labels(int classes) {
            this.classes = classes;
        }

        /**
         * Number of classes.
         *
         * @return 10, 20 or 100
         */
        public int classes() {
            return classes;
        }

        private List<String> trainFiles() {
            return this == CIFAR_10
                    ? List.of(
                            "data_batch_1.bin",
                            "data_batch_2.bin",
                            "data_batch_3.bin",
                            "data_batch_4.bin",
                            "data_batch_5.bin")
                    : List.of("train.bin");
        }

        private List<String> testFiles() {
            return List.of(this == CIFAR_10 ? "test_batch.bin" : "test.bin");
        }

        /** The label of the next record, or −1 at the end. */
        private int next(InputBytes in) throws IOException {
            if (this == CIFAR_10) {
                return require(in, in.next(), "label", classes);
            }
            int coarse = require(in, in.next(), "coarse label", COARSE);
            if (coarse < 0) {
                return coarse;
            }
            int fine = require(in, in.nextOf("fine label"), "fine label", FINE);
            return this == CIFAR_100_FINE ? fine : coarse;
        }

        private static int require(InputBytes in, int label, String name, int bound) {
            if (label >= bound) {
                throw in.invalid(in.offset() - 1, name + " = " + label, "0 <= " + name + " < " + bound);
            }
            return label;
        }
    }

    private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    private final List<Integer> labels = new ArrayList<>();
    private final Labels kind;

    private Cifar(Labels kind) {
        this.kind = kind;
    }

    /**
     * Reads the training images from a folder: {@code data_batch_1.bin} to {@code data_batch_5.bin}, or {@code train.bin}.
     *
     * @param directory the folder
     * @param kind which labels of which data set
     * @param normalizations how bytes become features: one for all channels, or one for each
     * @return the images in the order of the files; how many there are is not checked
     * @throws InvalidDataException if the content of a file is invalid
     * @throws IOException if a file is missing or cannot be read
     */
    public static ImageDataset train(Path directory, Labels kind, List<Normalization> normalizations)
            throws IOException {
        return read(resolve(directory, kind.trainFiles()), kind, normalizations);
    }

    /**
     * Reads the test images from a folder: {@code test_batch.bin} or {@code test.bin}.
     *
     * @param directory the folder
     * @param kind which labels of which data set
     * @param normalizations how bytes become features: one for all channels, or one for each
     * @return the images
     * @throws InvalidDataException if the content of the file is invalid
     * @throws IOException if the file is missing or cannot be read
     */
    public static ImageDataset test(Path directory, Labels kind, List<Normalization> normalizations)
            throws IOException {
        return read(resolve(directory, kind.testFiles()), kind, normalizations);
    }

    /**
     * Reads and joins files.
     *
     * @param files at least one file
     * @param kind which labels of which data set
     * @param normalizations how bytes become features: one for all channels, or one for each
     * @return the images in the order of the files
     * @throws InvalidDataException if the content of a file is invalid
     * @throws IOException if a file cannot be read
     */
    public static ImageDataset read(List<Path> files, Labels kind, List<Normalization> normalizations)
            throws IOException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("files.size = 0, expected >= 1");
        }
        Cifar all = new Cifar(kind);
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                all.add(in, file.toString());
            }
        }
        return all.toDataset(normalizations);
    }

    /**
     * Reads a stream to its end.
     *
     * @param in the bytes of a file, plain or gzip; read to its end and not closed
     * @param source name for messages, such as the file's
     * @param kind which labels of which data set
     * @param normalizations how bytes become features: one for all channels, or one for each
     * @return the images
     * @throws InvalidDataException if the content is invalid
     * @throws IOException if {@code in} throws it
     */
    public static ImageDataset read(InputStream in, String source, Labels kind, List<Normalization> normalizations)
            throws IOException {
        Cifar all = new Cifar(kind);
        all.add(in, source);
        return all.toDataset(normalizations);
    }

    private static List<Path> resolve(Path directory, List<String> names) {
        return names.stream().map(directory::resolve).toList();
    }

    private void add(InputStream in, String source) throws IOException {
        InputBytes.read(in, source, bytes -> {
            int before = labels.size();
            byte[] image = new byte[PIXELS];
            for (int label = kind.next(bytes); label >= 0; label = kind.next(bytes)) {
                if (labels.size() == MAX_IMAGES) {
                    throw bytes.invalid(bytes.offset(), "more images", "at most " + MAX_IMAGES);
                }
                interleave(bytes.next(PIXELS, "pixels"), image);
                labels.add(label);
                pixels.write(image, 0, PIXELS);
            }
            if (labels.size() == before) {
                throw bytes.truncated("at least one image");
            }
            return labels.size();
        });
    }

    /** (channels, height, width) → (height, width, channels). */
    private static void interleave(byte[] planes, byte[] image) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int i = 0; i < PLANE; i++) {
                image[i * CHANNELS + channel] = planes[channel * PLANE + i];
            }
        }
    }

    private ImageDataset toDataset(List<Normalization> normalizations) {
        int[] numbers = labels.stream().mapToInt(Integer::intValue).toArray();
        return new ImageDataset(
                pixels.toByteArray(), numbers, new int[] {SIDE, SIDE, CHANNELS}, kind.classes(), normalizations);
    }
}
