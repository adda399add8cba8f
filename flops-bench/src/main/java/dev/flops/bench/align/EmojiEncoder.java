package dev.flops.bench.align;

import dev.flops.models.layer.ChannelNorm;
import dev.flops.models.vision.ResNet;
import dev.flops.models.vision.ResNetConfig;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.WeightLoader;
import dev.flops.models.weights.WeightNames;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Recording;
import dev.flops.tensor.network.Site;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The frozen image encoder: a small residual network, pre-trained by backpropagation to name keywords of emoji in Google's style,
 * the held-out ones excluded ({@code ./flops pretrain --data emoji}; the embedded file's metadata holds the command).
 *
 * <p>The features of a picture are what the network computes on the way to its keywords: the outputs of its first three stages, each
 * averaged over a grid of {@value #GRID} × {@value #GRID}, and the average of the last; meant over ten views, the picture and its mirror image, each
 * as it is and shifted by {@value #SHIFT} pixels to four sides.
 */
public final class EmojiEncoder {
    private static final String RESOURCE = "emoji-encoder.safetensors";
    private static final int MOST_BYTES = 3_000_000;
    private static final List<Integer> WIDTHS = List.of(16, 32, 64, 128);
    private static final int GRID = 4;
    private static final int SHIFT = 2;
    private static final int[][] SHIFTS = {{0, 0}, {-SHIFT, 0}, {SHIFT, 0}, {0, -SHIFT}, {0, SHIFT}};

    private final Network network;
    private final TensorOps ops;
    private final List<Site> taps;

    private EmojiEncoder(Network network, TensorOps ops) {
        this.network = network;
        this.ops = ops;
        this.taps = new ArrayList<>();
        for (String name : List.of("layer2.0.conv1", "layer3.0.conv1", "layer4.0.conv1", "fc")) {
            taps.add(network.sites().stream()
                    .filter(site -> site.name().equals(name))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /**
     * Its dimensions.
     *
     * @return four stages of one block, an output for each keyword
     */
    public static ResNetConfig config() {
        int keywords = EmojiKeywords.of(Emoji.readAll(), EmojiSplit.standard()).size();
        return new ResNetConfig(
                EmojiSheet.SIDE,
                EmojiSheet.CHANNELS,
                ResNetConfig.Stem.SMALL,
                WIDTHS,
                1,
                ChannelNorm.Kind.GROUP,
                keywords);
    }

    /**
     * The encoder with the embedded weights.
     *
     * @param ops tensor operations
     * @return the encoder
     */
    public static EmojiEncoder pretrained(TensorOps ops) {
        try (SafetensorsFile file = embedded()) {
            return of(file, ops);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded image encoder cannot be read", e);
        }
    }

    /**
     * How the embedded weights were made.
     *
     * @return the metadata of the file: {@code command}, {@code data} and more
     */
    public static Map<String, String> metadata() {
        try (SafetensorsFile file = embedded()) {
            return file.metadata();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded image encoder cannot be read", e);
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
     * The encoder with weights of a file that {@code ./flops pretrain --data emoji} wrote.
     *
     * @param file the file
     * @param ops tensor operations
     * @return the encoder
     * @throws IOException if it cannot be read or holds other weights
     */
    public static EmojiEncoder open(Path file, TensorOps ops) throws IOException {
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            return of(weights, ops);
        }
    }

    private static EmojiEncoder of(SafetensorsFile file, TensorOps ops) throws IOException {
        Network network = ResNet.create(config(), 0);
        WeightLoader.load(file, network.parameters(), WeightNames.same()).requireComplete(file.name());
        return new EmojiEncoder(network, ops);
    }

    /**
     * Number of features of a picture.
     *
     * @return at least 1
     */
    public int features() {
        int features = WIDTHS.getLast();
        for (int width : WIDTHS.subList(0, WIDTHS.size() - 1)) {
            features += GRID * GRID * width;
        }
        return features;
    }

    /**
     * Encodes pictures of a sheet.
     *
     * @param sheet the pictures
     * @param emoji indices of those to encode
     * @param workers run independent work; they change no result
     * @return (emoji, features)
     */
    public Tensor encode(EmojiSheet sheet, List<Integer> emoji, Workers workers) {
        PackedParameters packed = new PackedParameters(ops, network);
        packed.refresh(workers);
        Tensor features = Tensor.zeros(emoji.size(), features());
        Workspace[] workspaces = new Workspace[workers.count()];
        Recording[] recordings = new Recording[workers.count()];
        for (int worker = 0; worker < workspaces.length; worker++) {
            workspaces[worker] = new Workspace();
            recordings[worker] = new Recording();
        }
        workers.forEach(emoji.size(), (worker, row) -> {
            ForwardContext.recording(ops, packed, workspaces[worker], recordings[worker])
                    .run(network, views(sheet, emoji.get(row)));
            int at = row * features();
            for (Site tap : taps) {
                at += averageInto(recordings[worker].siteInput(tap), features.array(), at);
            }
            workspaces[worker].release(0);
        });
        return features;
    }

    private static Tensor views(EmojiSheet sheet, int emoji) {
        float[] picture = new float[EmojiSheet.LENGTH];
        sheet.readInto(emoji, picture, 0);
        Tensor views = Tensor.zeros(2 * SHIFTS.length, EmojiSheet.SIDE, EmojiSheet.SIDE, EmojiSheet.CHANNELS);
        int at = 0;
        for (int view = 0; view < 2 * SHIFTS.length; view++) {
            int[] shift = SHIFTS[view / 2];
            for (int y = 0; y < EmojiSheet.SIDE; y++) {
                for (int x = 0; x < EmojiSheet.SIDE; x++) {
                    for (int channel = 0; channel < EmojiSheet.CHANNELS; channel++) {
                        views.array()[at++] =
                                EmojiSheet.shifted(picture, 0, y - shift[0], x - shift[1], channel, view % 2 == 1);
                    }
                }
            }
        }
        return views;
    }

    /** Means over views and the cells of a grid of (views, side, side, channels), or over views of (views, channels). */
    private static int averageInto(Tensor maps, float[] out, int offset) {
        boolean pooled = maps.shape().rank() == 2;
        int views = maps.shape().extent(0);
        int side = pooled ? 1 : maps.shape().extent(1);
        int grid = Math.min(GRID, side);
        int cell = side / grid;
        int channels = maps.elements() / (views * side * side);
        double[] sums = new double[grid * grid * channels];
        for (int i = 0; i < maps.elements(); i++) {
            int pixel = i / channels % (side * side);
            int place = pixel / side / cell * grid + pixel % side / cell;
            sums[place * channels + i % channels] += maps.array()[maps.offset() + i];
        }
        for (int i = 0; i < sums.length; i++) {
            out[offset + i] = (float) (sums[i] / (views * cell * cell));
        }
        return sums.length;
    }
}
