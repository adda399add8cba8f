package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: signals and the flags of the JVM. */
final class ProcessTest {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = IdxFolder.write(Files.createDirectory(folder.resolve("data")), 40, 20);
    }

    private Process start(List<String> jvm, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FlopsCommand.class.getName(), "train"));
        command.addAll(List.of("--data-dir=" + data, "--out=" + run(), "--batch=4", "--threads=1"));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(file("out"))
                .redirectError(file("err"))
                .start();
    }

    private Path run() {
        return folder.resolve("run");
    }

    private File file(String name) {
        return folder.resolve(name).toFile();
    }

    private JsonNode summary() throws IOException {
        return new ObjectMapper().readTree(run().resolve("summary.json").toFile());
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aSignalEndsTheRunAfterItsStep() throws Exception {
        Process process = start(List.of("--add-modules=jdk.incubator.vector"), "--steps=1000000", "--json");
        try {
            while (process.isAlive() && !hasMetrics()) {
                Thread.sleep(50);
            }
            process.destroy();
            assertThat(process.waitFor())
                    .as(Files.readString(folder.resolve("err")))
                    .isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
        assertThat(summary().get("interrupted").booleanValue()).isTrue();
        assertThat(summary().get("steps").intValue()).isBetween(10, 999_999);
        assertThat(new ObjectMapper().readTree(file("out"))).isEqualTo(summary());
        List<String> lines = Files.readAllLines(run().resolve("metrics.jsonl"));
        assertThat(new ObjectMapper().readTree(lines.getLast()).get("step"))
                .isEqualTo(summary().get("steps"));
    }

    private boolean hasMetrics() throws IOException {
        Path metrics = run().resolve("metrics.jsonl");
        return Files.exists(metrics) && Files.size(metrics) > 0;
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aMissingVectorModuleIsSaidOnceWithTheFlag() throws Exception {
        Process process = start(List.of(), "--steps=1");
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("err")).stream().filter(line -> line.contains("WARNING")))
                .singleElement()
                .asString()
                .contains("--add-modules jdk.incubator.vector");
        assertThat(summary().get("simd").textValue()).isEqualTo("scalar");
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aWidthThatThisJvmLacksIsRefused() throws Exception {
        Process process = start(List.of(), "--steps=1", "--simd=512");
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readAllLines(folder.resolve("err")))
                .singleElement()
                .asString()
                .contains("simd = 512", "--add-modules");
        assertThat(run()).doesNotExist();
    }
}
