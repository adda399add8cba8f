package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./flops train} on files of the user's own. */
final class OwnDataCommandTest {
    @TempDir
    private Path folder;

    private Program train(String... options) {
        return Program.run(Stream.concat(
                        Stream.of("train", "--steps=2", "--batch=4", "--threads=1", "--out=" + folder.resolve("run")),
                        Arrays.stream(options))
                .toArray(String[]::new));
    }

    private Path pictures(int classes, int perClass) throws IOException {
        Path root = folder.resolve("pictures");
        for (int k = 0; k < classes; k++) {
            Path own = Files.createDirectories(root.resolve("kind " + k));
            for (int i = 0; i < perClass; i++) {
                BufferedImage image = new BufferedImage(9, 6, BufferedImage.TYPE_3BYTE_BGR);
                image.setRGB(k, i % 6, 0xFFFFFF);
                ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
            }
        }
        return root;
    }

    /** The network gets as many logits as there are folders, and the report says so. */
    @ParameterizedTest
    @CsvSource({"vit", "cnn", "pretrained-vit"})
    void picturesOfThreeKinds(String model) throws IOException {
        Program program = train("--data=folder", "--data-dir=" + pictures(3, 10), "--model=" + model);
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.out())
                .contains("24 to learn from (3 classes of 8)", "6 to test (3 classes of 2)", "of 28 x 28 x 1");
        JsonNode summary = JsonMapper.builder()
                .build()
                .readTree(folder.resolve("run").resolve("summary.json").toFile());
        assertThat(summary.get("data").textValue()).isEqualTo("folder");
        assertThat(summary.get("model").textValue()).isEqualTo(model);
        assertThat(summary.at("/configuration/model/dimensions/classes").intValue())
                .isEqualTo(3);
    }

    @Test
    void shotsOfAKnownSet() throws IOException {
        Program program = train("--task=digits", "--shots=16", "--seed=3");
        assertThat(program.exitCode()).as(program.err()).isZero();
        assertThat(program.out()).contains("160 to learn from (10 classes of 16)", "445 to test");
        JsonNode summary = JsonMapper.builder()
                .build()
                .readTree(folder.resolve("run").resolve("summary.json").toFile());
        assertThat(summary.at("/configuration/shots").intValue()).isEqualTo(16);
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        assertThat(train("--data=npy").err()).contains("data = npy without data-dir");
        Program tooMany = train("--task=digits", "--shots=1000");
        assertThat(tooMany.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(tooMany.err()).contains("shots = 1000, expected at most");
        Path few = pictures(2, 3);
        Program tooFew = train("--data=folder", "--data-dir=" + few);
        assertThat(tooFew.exitCode()).isEqualTo(FlopsCommand.WRONG_USAGE);
        assertThat(tooFew.err()).contains("expected at most 3, the number of examples of class 0");
        Path enough = pictures(2, 5);
        Files.writeString(enough.resolve("kind 0").resolve("0.png"), "no picture");
        Program broken = train("--data=folder", "--data-dir=" + enough);
        assertThat(broken.exitCode()).isEqualTo(FlopsCommand.FAILED);
        assertThat(broken.err()).contains("0.png, byte 0: signature");
    }
}
