package dev.flops.models.data.image;

import dev.flops.api.LabelledExamples;
import dev.flops.models.data.InvalidDataException;
import dev.flops.models.data.Normalization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Pictures in a folder per class: class k is the k-th folder by name, compared by UTF-16 units, and its examples are the files that
 * end in .png, .jpg or .jpeg, in any case, by name. Other files, and what begins with a dot, are passed over; folders in the
 * folder of a class are not looked into.
 *
 * <p>Decoding needs the module java.desktop, which is optional; listing does not. Baseline and progressive JPEG, and PNG of every
 * kind: 16 bits are cut to 8, transparency, colour profiles and gamma are ignored. The desktop module starts a daemon thread of
 * its own when it first decodes a JPEG.
 *
 * <p>Files are untrusted: symbolic links are refused, so that nothing outside the folder is read; a file has at most
 * {@value #MAX_FILE_BYTES} bytes and 2²⁵ pixels; sizes, checksums and the length of compressed pixels are checked before a decoder
 * sees them.
 */
public final class ImageFolder {
    /** Largest file, in bytes. */
    public static final int MAX_FILE_BYTES = 1 << 26;

    /** Most pictures of a folder. */
    public static final int MAX_PICTURES = 1 << 21;

    private static final String MODULE = "java.desktop";

    private final List<String> classNames;
    private final List<Path> files;
    private final int[] labels;

    private ImageFolder(List<String> classNames, List<Path> files, int[] labels) {
        this.classNames = classNames;
        this.files = files;
        this.labels = labels;
    }

    /**
     * Lists a folder.
     *
     * @param root folder with a folder for each class
     * @return what is there; no picture is opened
     * @throws InvalidDataException if there are fewer than two classes, a class has no picture, an entry is a symbolic link, or
     *     there are more than {@value #MAX_PICTURES} pictures
     * @throws IOException if the folder cannot be read
     */
    public static ImageFolder list(Path root) throws IOException {
        List<String> classNames = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path folder : entries(root)) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            List<Path> pictures =
                    entries(folder).stream().filter(ImageFolder::isPicture).toList();
            if (pictures.isEmpty()) {
                throw new InvalidDataException(folder.toString(), 0, "no picture", "files .png, .jpg or .jpeg");
            }
            if (files.size() + pictures.size() > MAX_PICTURES) {
                throw new InvalidDataException(root.toString(), 0, "more pictures", "at most " + MAX_PICTURES);
            }
            pictures.forEach(_ -> labels.add(classNames.size()));
            files.addAll(pictures);
            classNames.add(name(folder));
        }
        if (classNames.size() < 2) {
            throw new InvalidDataException(
                    root.toString(), 0, "folders = " + classNames.size(), "a folder for each of at least 2 classes");
        }
        return new ImageFolder(
                List.copyOf(classNames),
                List.copyOf(files),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> sorted = all.filter(path -> !name(path).startsWith("."))
                    .sorted((a, b) -> name(a).compareTo(name(b)))
                    .toList();
            for (Path entry : sorted) {
                if (Files.isSymbolicLink(entry)) {
                    throw new InvalidDataException(entry.toString(), 0, "a symbolic link", "a file or folder");
                }
            }
            return sorted;
        }
    }

    private static boolean isPicture(Path file) {
        String name = name(file).toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /**
     * Names of the classes, by label.
     *
     * @return the names of the folders; unmodifiable
     */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * The pictures, by example.
     *
     * @return the files; unmodifiable
     */
    public List<Path> files() {
        return files;
    }

    /** The label of an example. */
    int label(int example) {
        return labels[example];
    }

    /**
     * The pictures as examples of one size. Each is decoded whenever it is read: of its largest centred part of the asked
     * proportions, with antialiasing, see {@link ImageTransform.Resize}; from p/255, before normalisation. Reading one throws
     * {@link InvalidDataException} if its content is invalid and {@link java.io.UncheckedIOException} if it cannot be read.
     *
     * @param shape rows, columns, and 1 channel (luma) or 3 channels
     * @param normalizations mean and deviation of p/255: one pair for all channels, or one for each
     * @return the examples
     * @throws IllegalStateException if the module java.desktop is not there
     */
    public LabelledExamples examples(ImageShape shape, List<Normalization> normalizations) {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            throw new IllegalStateException(
                    "module " + MODULE + " is not there, expected it for PNG and JPEG: --add-modules " + MODULE);
        }
        return new FolderExamples(this, shape, normalizations);
    }

    /** Decodes a file. */
    static Picture decode(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(MAX_FILE_BYTES);
            if (in.read() >= 0) {
                throw new InvalidDataException(
                        file.toString(), MAX_FILE_BYTES, "more bytes", "at most " + MAX_FILE_BYTES);
            }
            return decode(file.toString(), content);
        }
    }

    /** Decodes the content of a file: what it is follows from its first byte, not from its name. */
    static Picture decode(String source, byte[] content) {
        if (content.length > 0 && (content[0] & 0xFF) == (JpegFile.SIGNATURE >> 8)) {
            return DesktopImages.decode(source, JpegFile.checked(source, content), "jpeg");
        }
        return DesktopImages.decode(source, PngFile.checked(source, content), "png");
    }
}
