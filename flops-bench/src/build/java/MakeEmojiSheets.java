import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Makes the emoji that {@code ./flops align} embeds from the npm packages {@code emoji-datasource-google} 16.0.0,
 * {@code emoji-datasource-twitter} 16.0.0 and {@code emojibase-data} 17.0.0: one sheet a style, 32 × 32 pixels a picture on white
 * in a palette of 256 colours, and a table of labels in the order of the sheets. Flags and
 * swatches of skin tones are left out; so is what one of the packages does not hold.
 *
 * <p>Usage: {@code java -cp 'flops-bench/target/lib/*' MakeEmojiSheets.java GOOGLE TWITTER EMOJIBASE TARGET}: three unpacked
 * packages and the resource folder. Prints the SHA-256 of every file written.
 */
final class MakeEmojiSheets {
    private static final int FROM = 64;
    private static final int SIDE = 32;
    private static final int COLUMNS = 41;
    private static final int COLOURS = 256;
    private static final int LEVELS = 32;
    private static final int ROUNDS = 10;

    /** An emoji: its code in lower case names its picture. */
    private record Emoji(int order, String hexcode, String label, List<String> tags, String group, String subgroup) {
        String line() {
            return String.join("\t", hexcode, label, String.join("|", tags), group, subgroup);
        }
    }

    private MakeEmojiSheets() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println(
                    "usage: java -cp 'flops-bench/target/lib/*' MakeEmojiSheets.java GOOGLE TWITTER EMOJIBASE TARGET");
            System.exit(2);
        }
        List<Emoji> emoji = emoji(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
        Path target = Path.of(args[3]);
        StringBuilder table = new StringBuilder("hexcode\tlabel\ttags\tgroup\tsubgroup\n");
        emoji.forEach(e -> table.append(e.line()).append('\n'));
        Files.writeString(target.resolve("labels.tsv"), table);
        report(target.resolve("labels.tsv"));
        sheet(emoji, Path.of(args[0], "img", "google", "64"), target.resolve("google.png"));
        sheet(emoji, Path.of(args[1], "img", "twitter", "64"), target.resolve("twitter.png"));
    }

    private static List<Emoji> emoji(Path google, Path twitter, Path emojibase) throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode names = json.readTree(emojibase.resolve("meta/groups.json").toFile());
        Map<String, JsonNode> labels = new HashMap<>();
        for (JsonNode node : json.readTree(emojibase.resolve("en/data.json").toFile())) {
            labels.put(unqualified(node.get("hexcode").asText()), node);
        }
        List<Emoji> list = new ArrayList<>();
        for (JsonNode node : json.readTree(google.resolve("emoji.json").toFile())) {
            JsonNode label = labels.get(unqualified(node.get("unified").asText()));
            boolean drawn = node.get("has_img_google").asBoolean()
                    && node.get("has_img_twitter").asBoolean();
            if (drawn && label != null && label.has("group")) {
                String group =
                        names.get("groups").get(label.get("group").asText()).asText();
                String subgroup = names.get("subgroups")
                        .get(label.get("subgroup").asText())
                        .asText();
                List<String> tags = new ArrayList<>();
                label.path("tags").forEach(tag -> tags.add(tag.asText()));
                if (!group.equals("flags") && !group.equals("component")) {
                    list.add(new Emoji(
                            label.get("order").asInt(),
                            node.get("unified").asText(),
                            label.get("label").asText(),
                            tags,
                            group,
                            subgroup));
                }
            }
        }
        list.sort(Comparator.comparingInt(Emoji::order));
        return list;
    }

    /** The packages disagree on where the variation selector for colour pictures is written. */
    private static String unqualified(String hexcode) {
        return hexcode.replace("-FE0F", "");
    }

    private static void sheet(List<Emoji> emoji, Path folder, Path file) throws IOException {
        int rows = (emoji.size() + COLUMNS - 1) / COLUMNS;
        int width = COLUMNS * SIDE;
        int[] pixels = new int[rows * SIDE * width];
        Arrays.fill(pixels, 0xFFFFFF);
        for (int i = 0; i < emoji.size(); i++) {
            File picture = folder.resolve(emoji.get(i).hexcode().toLowerCase(Locale.ROOT) + ".png")
                    .toFile();
            halve(ImageIO.read(picture), pixels, (i / COLUMNS * width + i % COLUMNS) * SIDE, width);
        }
        write(indexed(pixels, palette(pixels), width), file);
    }

    /** Means of 2 × 2 pixels on white. */
    private static void halve(BufferedImage picture, int[] pixels, int offset, int stride) throws IOException {
        if (picture.getWidth() != FROM || picture.getHeight() != FROM) {
            throw new IOException(
                    "a picture is " + picture.getWidth() + " × " + picture.getHeight() + ", expected 64 × 64");
        }
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int rgb = 0;
                for (int shift = 0; shift <= 16; shift += 8) {
                    int sum = 0;
                    for (int part = 0; part < 4; part++) {
                        int argb = picture.getRGB(2 * x + part % 2, 2 * y + part / 2);
                        int alpha = argb >>> 24;
                        sum += alpha * (argb >> shift & 255) + (255 - alpha) * 255;
                    }
                    rgb |= (sum + 510) / 1020 << shift;
                }
                pixels[offset + y * stride + x] = rgb;
            }
        }
    }

    /** Median cut (Heckbert 1982) of the colours to 5 bits a channel, then rounds of Lloyd's algorithm. */
    private static double[][] palette(int[] pixels) {
        Map<Integer, double[]> histogram = new TreeMap<>();
        for (int rgb : pixels) {
            double[] cell = histogram.computeIfAbsent(rgb & 0xF8F8F8, key -> new double[4]);
            add(cell, channels(rgb), 1);
        }
        List<double[]> colours = new ArrayList<>();
        for (double[] cell : histogram.values()) {
            colours.add(new double[] {cell[0] / cell[3], cell[1] / cell[3], cell[2] / cell[3], cell[3]});
        }
        List<List<double[]>> boxes = new ArrayList<>(List.of(colours));
        while (boxes.size() < COLOURS) {
            List<double[]> widest = boxes.stream()
                    .max(Comparator.comparingDouble(MakeEmojiSheets::spread))
                    .orElseThrow();
            boxes.remove(widest);
            int axis = axis(widest);
            List<double[]> sorted = new ArrayList<>(widest);
            sorted.sort(Comparator.comparingDouble(colour -> colour[axis]));
            boxes.add(sorted.subList(0, sorted.size() / 2));
            boxes.add(sorted.subList(sorted.size() / 2, sorted.size()));
        }
        double[][] palette = new double[COLOURS][];
        Arrays.setAll(palette, i -> mean(boxes.get(i)));
        for (int round = 0; round < ROUNDS; round++) {
            List<List<double[]>> nearest = new ArrayList<>();
            for (int i = 0; i < COLOURS; i++) {
                nearest.add(new ArrayList<>());
            }
            for (double[] colour : colours) {
                nearest.get(nearest(palette, colour)).add(colour);
            }
            for (int i = 0; i < COLOURS; i++) {
                palette[i] = nearest.get(i).isEmpty() ? palette[i] : mean(nearest.get(i));
            }
        }
        return palette;
    }

    private static double[] channels(int rgb) {
        return new double[] {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255};
    }

    private static void add(double[] sum, double[] colour, double weight) {
        for (int c = 0; c < 3; c++) {
            sum[c] += weight * colour[c];
        }
        sum[3] += weight;
    }

    private static double[] mean(List<double[]> colours) {
        double[] sum = new double[4];
        colours.forEach(colour -> add(sum, colour, colour[3]));
        return new double[] {sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]};
    }

    private static double variance(List<double[]> box, int axis) {
        double mean = mean(box)[axis];
        return box.stream()
                .mapToDouble(c -> c[3] * (c[axis] - mean) * (c[axis] - mean))
                .sum();
    }

    private static double spread(List<double[]> box) {
        return variance(box, axis(box));
    }

    private static int axis(List<double[]> box) {
        int widest = 0;
        for (int axis = 1; axis < 3; axis++) {
            widest = variance(box, axis) > variance(box, widest) ? axis : widest;
        }
        return widest;
    }

    private static int nearest(double[][] palette, double[] colour) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < palette.length; i++) {
            double distance = 0;
            for (int c = 0; c < 3; c++) {
                distance += (palette[i][c] - colour[c]) * (palette[i][c] - colour[c]);
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }

    private static BufferedImage indexed(int[] pixels, double[][] palette, int width) {
        byte[][] channels = new byte[3][COLOURS];
        for (int i = 0; i < COLOURS; i++) {
            for (int c = 0; c < 3; c++) {
                channels[c][i] = (byte) Math.round(palette[i][c]);
            }
        }
        IndexColorModel model = new IndexColorModel(8, COLOURS, channels[0], channels[1], channels[2]);
        BufferedImage image = new BufferedImage(width, pixels.length / width, BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> known = new HashMap<>();
        for (int i = 0; i < pixels.length; i++) {
            int index = known.computeIfAbsent(pixels[i], rgb -> nearest(palette, channels(rgb)));
            image.getRaster().setSample(i % width, i / width, 0, index);
        }
        return image;
    }

    private static void write(BufferedImage image, Path file) throws IOException {
        Files.deleteIfExists(file);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam smallest = writer.getDefaultWriteParam();
        smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        smallest.setCompressionQuality(0);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), smallest);
        } finally {
            writer.dispose();
        }
        report(file);
    }

    private static void report(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            System.out.printf("%s%n  %d bytes, SHA-256 %s%n", file.getFileName(), bytes.length, digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK provides SHA-256", e);
        }
    }
}
