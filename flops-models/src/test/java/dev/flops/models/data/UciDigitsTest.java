package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.LabelledExamples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class UciDigitsTest {
    private static byte[] resource(String name) throws IOException {
        try (InputStream in = UciDigits.class.getResourceAsStream("uci-digits/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static byte[] unzipped(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(UciDigits.class.getResourceAsStream("uci-digits/" + name))) {
            return in.readAllBytes();
        }
    }

    @Test
    void theFilesAreThoseThatTheNoteDescribes() throws IOException, NoSuchAlgorithmException {
        String note = new String(resource("README.md"), StandardCharsets.UTF_8);
        for (String name : new String[] {"digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte.gz"}) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            assertThat(note).contains(name);
            assertThat(note).contains(HexFormat.of().formatHex(sha256.digest(resource(name))));
            assertThat(note).contains(HexFormat.of().formatHex(sha256.digest(unzipped(name))));
        }
        assertThat(new String(resource("LICENSE"), StandardCharsets.UTF_8)).contains("Redistribution and use");
    }

    @Test
    void trainingAndTestAreApartAndOfEveryClass() {
        LabelledExamples train = UciDigits.train();
        LabelledExamples test = UciDigits.test();
        assertThat(train.size()).isEqualTo(1352);
        assertThat(test.size()).isEqualTo(445);
        assertThat(train.exampleShape()).containsExactly(28, 28, 1);
        Set<Integer> seen = new HashSet<>();
        for (LabelledExamples part : new LabelledExamples[] {train, test}) {
            int[] counts = new int[10];
            for (int i = 0; i < part.size(); i++) {
                assertThat(seen.add(((ExampleSubset) part).baseIndex(i))).isTrue();
                counts[part.label(i)]++;
            }
            for (int count : counts) {
                assertThat(count).isBetween(part.size() / 11, part.size() / 9);
            }
        }
        assertThat(seen).hasSize(1797);
    }

    /** Against bilinear interpolation as a sum of hat functions over all pixels of the original. */
    @Test
    void imagesAreInterpolated() throws IOException {
        byte[] original = unzipped("digits-images-idx3-ubyte.gz");
        IdxDataset all = UciDigits.all();
        float[] features = new float[28 * 28];
        for (int example : new int[] {0, 1, 900, 1796}) {
            all.readInto(example, features, 0);
            for (int p = 0; p < features.length; p++) {
                int y = p / 28;
                int x = p % 28;
                double v = Math.clamp((y + 0.5) * 8 / 28 - 0.5, 0, 7);
                double u = Math.clamp((x + 0.5) * 8 / 28 - 0.5, 0, 7);
                double sum = 0;
                for (int q = 0; q < 64; q++) {
                    int row = q / 8;
                    int column = q % 8;
                    double hat = Math.max(0, 1 - Math.abs(v - row)) * Math.max(0, 1 - Math.abs(u - column));
                    sum += hat * original[16 + 64 * example + q] / 16;
                }
                double pixel = features[p] * 0.3530 + 0.2860;
                assertThat(pixel).isCloseTo(sum, Offset.offset(0.5 / 255 + 1e-6));
            }
        }
    }
}
