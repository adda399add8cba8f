package dev.flops.bench.align;

import dev.flops.models.weights.SafetensorsFile;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The frozen image encoder: answers of a dictionary of patches that {@code ./flops dictionary} learned from the pictures of emoji that are
 * not held out, without their names; histograms of gradients; histograms of colours. Each is the mean over a picture and its mirror image.
 */
public final class EmojiEncoder {
    private static final String RESOURCE = "emoji-dictionary.safetensors";
    private static final int MOST_BYTES = 1_000_000;

    private final List<PictureFeatures> kinds;

    private EmojiEncoder(PatchDictionary dictionary) {
        this.kinds = List.of(dictionary, new GradientHistograms(), new ColourHistograms());
    }

    /**
     * The encoder with the embedded dictionary.
     *
     * @param ops tensor operations
     * @return the encoder
     */
    public static EmojiEncoder pretrained(TensorOps ops) {
        try (SafetensorsFile file = embedded()) {
            return new EmojiEncoder(PatchDictionary.of(file, ops));
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded dictionary of patches cannot be read", e);
        }
    }

    /**
     * How the embedded dictionary was made.
     *
     * @return the metadata of the file: {@code command}, {@code data}
     */
    public static Map<String, String> metadata() {
        try (SafetensorsFile file = embedded()) {
            return file.metadata();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded dictionary of patches cannot be read", e);
        }
    }

    private static SafetensorsFile embedded() throws IOException {
        try (InputStream in = EmojiEncoder.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + RESOURCE + " of " + EmojiEncoder.class.getName());
            }
            return SafetensorsFile.read(in, RESOURCE, MOST_BYTES);
        }
    }

    /**
     * The encoder with a dictionary that {@code ./flops dictionary} wrote.
     *
     * @param file the file
     * @param ops tensor operations
     * @return the encoder
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it holds no dictionary
     */
    public static EmojiEncoder open(Path file, TensorOps ops) throws IOException {
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            return new EmojiEncoder(PatchDictionary.of(weights, ops));
        }
    }

    /**
     * Encodes pictures of a sheet.
     *
     * @param sheet the pictures
     * @param emoji indices of those to encode
     * @param workers run independent work; they change no result
     * @return (emoji, features) for each kind of features: dictionary, gradients, colours
     */
    public List<Tensor> encode(EmojiSheet sheet, List<Integer> emoji, Workers workers) {
        List<Tensor> encoded = new ArrayList<>();
        for (PictureFeatures kind : kinds) {
            encoded.add(Tensor.zeros(emoji.size(), kind.length()));
        }
        workers.forEach(emoji.size(), (worker, row) -> {
            float[] picture = new float[EmojiSheet.LENGTH];
            sheet.readInto(emoji.get(row), picture, 0);
            float[] mirrored = EmojiSheet.mirrored(picture);
            for (int kind = 0; kind < kinds.size(); kind++) {
                float[] one = kinds.get(kind).of(picture);
                float[] other = kinds.get(kind).of(mirrored);
                for (int i = 0; i < one.length; i++) {
                    encoded.get(kind).array()[row * one.length + i] = (one[i] + other[i]) / 2;
                }
            }
        });
        return encoded;
    }
}
