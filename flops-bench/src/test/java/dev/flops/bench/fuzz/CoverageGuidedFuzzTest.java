package dev.flops.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The readers again, under Jazzer, whose mutations are guided by the code that they reach: profile {@code nightly}, which brings Jazzer,
 * with {@code -Dflops.fuzz.inputs} inputs a reader, each reader in a JVM of its own; {@code -Dflops.fuzz.readers} says which.
 */
@EnabledIfSystemProperty(named = "flops.nightly", matches = "true")
final class CoverageGuidedFuzzTest {
    private static final long INPUTS = Long.getLong("flops.fuzz.inputs", 100_000);

    /** Longer than every valid file but that of CIFAR, 6,147 bytes. */
    private static final int LONGEST = 8192;

    private static final Pattern DONE = Pattern.compile("(?m)^#(\\d+)\\s+DONE\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/");

    private static List<FuzzedReader> readers = List.of();

    @BeforeAll
    static void makeReaders(@TempDir Path folder) throws IOException {
        readers = Readers.all(folder).stream()
                .filter(reader -> reader.name().matches(Readers.CHOSEN))
                .toList();
    }

    static List<FuzzedReader> readers() {
        return readers;
    }

    @ParameterizedTest
    @MethodSource("readers")
    void everyInputIsReadOrRefused(FuzzedReader reader, @TempDir Path folder) throws Exception {
        String name = reader.name();
        Path files = Files.createDirectory(folder.resolve("files"));
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        CoverageGuidedTarget.writeSeeds(reader, corpus);
        Path log = folder.resolve("log");
        int code = jazzer(name, files, corpus, folder, log).waitFor();
        String said = Files.readString(log);
        assertThat(code).as(said).isZero();
        Matcher done = DONE.matcher(said);
        assertThat(done.find()).as(said).isTrue();
        assertThat(Long.parseLong(done.group(1))).isGreaterThanOrEqualTo(INPUTS);
        System.out.printf(
                "%s: %s inputs, %s edges, %s features, corpus of %s%n",
                name, done.group(1), done.group(2), done.group(3), done.group(4));
    }

    private static Process jazzer(String reader, Path files, Path corpus, Path folder, Path log) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D" + CoverageGuidedTarget.READER + "=" + reader,
                "-D" + CoverageGuidedTarget.FOLDER + "=" + files,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + CoverageGuidedTarget.class.getName(),
                "--instrumentation_includes=dev.flops.**",
                "-runs=" + INPUTS,
                "-seed=1",
                "-max_len=" + LONGEST,
                "-rss_limit_mb=0",
                corpus.toString());
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
