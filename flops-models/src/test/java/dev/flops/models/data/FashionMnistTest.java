package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.counting;
import static dev.flops.models.data.IdxBytes.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.LabelledExamples;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FashionMnistTest {
    private static final String[] FILES = {
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
    };

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = FashionMnist.class.getResourceAsStream("fashion-mnist/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static int[] labels(LabelledExamples set, int count) {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = set.label(i);
        }
        return labels;
    }

    @Test
    void embeddedSetsAreBalanced() {
        assertBalanced(FashionMnist.embeddedTrain(), 600);
        assertBalanced(FashionMnist.embeddedTest(), 200);
    }

    private static void assertBalanced(IdxDataset set, int perClass) {
        assertThat(set.size()).isEqualTo(10 * perClass);
        assertThat(set.classes()).isEqualTo(10);
        assertThat(set.exampleShape()).containsExactly(28, 28, 1);
        assertThat(set.exampleLength()).isEqualTo(784);
        int[] counts = new int[10];
        for (int label : labels(set, set.size())) {
            counts[label]++;
        }
        assertThat(counts).containsOnly(perClass);
    }

    @Test
    void embeddedSetsBeginLikeTheOriginals() {
        assertThat(labels(FashionMnist.embeddedTrain(), 8)).containsExactly(9, 0, 0, 3, 0, 2, 7, 2);
        assertThat(labels(FashionMnist.embeddedTest(), 8)).containsExactly(9, 2, 1, 1, 6, 1, 4, 6);
    }

    @Test
    void embeddedFilesAreThoseOfTheReadme() throws IOException, NoSuchAlgorithmException {
        String readme = new String(resource("README.md"), StandardCharsets.UTF_8);
        for (String name : FILES) {
            byte[] file = resource(name + ".gz");
            byte[] content = new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes();
            Matcher row = Pattern.compile("`" + name + ".gz` \\| [^|]+ \\| ([\\d,]+) \\| `(\\w{64})` \\| `(\\w{64})`")
                    .matcher(readme);
            assertThat(row.find()).as("a row for %s", name).isTrue();
            assertThat(row.group(1)).isEqualTo(String.format(Locale.ROOT, "%,d", file.length));
            assertThat(row.group(2)).isEqualTo(sha256(file));
            assertThat(row.group(3)).isEqualTo(sha256(content));
        }
        assertThat(new String(resource("LICENSE"), StandardCharsets.UTF_8))
                .startsWith("The MIT License (MIT)")
                .contains("Copyright © 2017 Zalando SE")
                .contains("Permission is hereby granted, free of charge");
    }

    /** Sums of p and p², counted once over the original files by another program. */
    @Test
    void embeddedFeaturesAreTheNormalisedPixels() {
        IdxDataset train = FashionMnist.embeddedTrain();
        assertThat(train.normalization()).isEqualTo(new Normalization(0.2860, 0.3530));
        double lowest = -0.2860 / 0.3530;
        double highest = (1 - 0.2860) / 0.3530;
        float[] out = new float[784];
        long sum = 0;
        long sumOfSquares = 0;
        for (int i = 0; i < train.size(); i++) {
            train.readInto(i, out, 0);
            for (float x : out) {
                double p = (x * 0.3530 + 0.2860) * 255;
                long pixel = Math.round(p);
                if (!(Math.abs(p - pixel) < 1e-4 && x >= (float) lowest && x <= (float) highest)) {
                    throw new AssertionError("feature of example " + i + " = " + x + ", expected one of a byte");
                }
                sum += pixel;
                sumOfSquares += pixel * pixel;
            }
        }
        assertThat(sum).isEqualTo(344_160_204L);
        assertThat(sumOfSquares).isEqualTo(63_463_469_142L);
        double mean = sum / 255.0 / (6000 * 784);
        assertThat((mean - 0.2860) / 0.3530).isCloseTo(0, within(0.003));
    }

    @Test
    void namesEveryClass() {
        assertThat(FashionMnist.classNames()).hasSize(10).doesNotHaveDuplicates();
        assertThat(FashionMnist.classNames().get(9)).isEqualTo("Ankle boot");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "true, false"})
    void readsAFolder(boolean imagesCompressed, boolean labelsCompressed, @TempDir Path folder) throws IOException {
        write(folder, FILES[0], counting(256, 20, 28, 28), imagesCompressed);
        write(folder, FILES[1], counting(10, 20), labelsCompressed);
        write(folder, FILES[2], counting(200, 10, 28, 28), imagesCompressed);
        write(folder, FILES[3], counting(7, 10), labelsCompressed);

        FashionMnist whole = FashionMnist.fromDirectory(folder);

        assertThat(whole.train().size()).isEqualTo(20);
        assertThat(whole.test().size()).isEqualTo(10);
        assertThat(labels(whole.test(), 10)).containsExactly(0, 1, 2, 3, 4, 5, 6, 0, 1, 2);
        float[] out = new float[784];
        whole.test().readInto(1, out, 0);
        assertThat(out[0]).isEqualTo(FashionMnist.NORMALIZATION.apply(784 % 200));
    }

    @Test
    void anEmbeddedFolderIsReadLikeTheResources(@TempDir Path folder) throws IOException {
        for (String name : FILES) {
            Files.write(folder.resolve(name + ".gz"), resource(name + ".gz"));
        }
        IdxDataset fromFolder = FashionMnist.fromDirectory(folder).test();
        IdxDataset embedded = FashionMnist.embeddedTest();
        float[] first = new float[784];
        float[] second = new float[784];
        for (int i = 0; i < embedded.size(); i++) {
            fromFolder.readInto(i, first, 0);
            embedded.readInto(i, second, 0);
            assertThat(first).isEqualTo(second);
        }
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> FashionMnist.fromDirectory(folder))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(folder.resolve("train-images-idx3-ubyte").toString())
                .hasMessageContaining("train-images-idx3-ubyte.gz");
        write(folder, FILES[0], counting(256, 20, 28, 28), false);
        assertThatThrownBy(() -> FashionMnist.fromDirectory(folder))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("train-labels-idx1-ubyte");
    }

    @Test
    void refusesImagesOfAnotherSize(@TempDir Path folder) throws IOException {
        write(folder, FILES[0], counting(256, 20, 28, 27), false);
        write(folder, FILES[1], counting(10, 20), false);
        assertThatThrownBy(() -> FashionMnist.fromDirectory(folder))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("%s, byte 3: images of shape [20, 28, 27], expected (N, 28, 28)", folder.resolve(FILES[0]));
    }

    private static void write(Path folder, String name, byte[] file, boolean compressed) throws IOException {
        Files.write(folder.resolve(compressed ? name + ".gz" : name), compressed ? gzip(file) : file);
    }
}
