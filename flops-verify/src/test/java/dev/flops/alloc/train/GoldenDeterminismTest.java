package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.train.GoldenRun.Machine;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The state after {@value GoldenRun#STEPS} steps has the digest that {@code golden.properties} holds, on every machine: vector width,
 * threads, chunk size, with and without the optimizing compiler.
 *
 * <p>{@code -Dflops.golden=record} writes the values of this program there instead of comparing; a change of one is a change of
 * every user's results and has an entry in the changelog. {@code -Dflops.nightly=true} runs every configuration on every machine.
 */
class GoldenDeterminismTest {
    private static final Path SOURCE =
            Path.of("src", "test", "resources", "dev", "flops", "alloc", "train", "golden.properties");
    private static final boolean NIGHTLY = Boolean.getBoolean("flops.nightly");

    static List<GoldenRun> runs() {
        return NIGHTLY
                ? List.of(GoldenRun.values())
                : List.of(GoldenRun.VIT_LAYER_WISE_GAUSSIAN_ADAM, GoldenRun.CNN_SPSA_ADAMM);
    }

    private static String golden(GoldenRun run) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = GoldenDeterminismTest.class.getResourceAsStream("golden.properties")) {
            properties.load(in);
        }
        return properties.getProperty(run.name(), "not recorded");
    }

    @Test
    @EnabledIfSystemProperty(named = "flops.golden", matches = "record")
    void record() throws IOException {
        StringBuilder text = new StringBuilder();
        TreeMap<String, String> values = new TreeMap<>();
        for (GoldenRun run : GoldenRun.values()) {
            values.put(run.name(), run.digest(GoldenRun.REFERENCE));
        }
        text.append(
                "# SHA-256 of the state after 50 steps. A change needs an entry in the changelog; see docs/trust.md.\n");
        values.forEach(
                (name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        Files.writeString(SOURCE, text, StandardCharsets.UTF_8);
        assertThat(values.values()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void theReferenceMachineHasTheGoldenValue(GoldenRun run) throws IOException {
        assertThat(run.digest(GoldenRun.REFERENCE)).isEqualTo(golden(run));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void threadsAndChunksChangeNothing(GoldenRun run) throws IOException {
        String golden = golden(run);
        for (int threads : new int[] {1, 2, 4}) {
            for (int samplesPerChunk : NIGHTLY ? new int[] {1, 3, 7, 32, 1000} : new int[] {3, 1000}) {
                Machine machine = new Machine(SimdWidth.SCALAR, threads, samplesPerChunk);
                assertThat(run.digest(machine)).as("%s", machine).isEqualTo(golden);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    @Tag("simd")
    void vectorWidthsChangeNothing(GoldenRun run) throws IOException {
        String golden = golden(run);
        Set<SimdWidth> tried = new LinkedHashSet<>();
        for (SimdWidth width : List.of(SimdWidth.W128, SimdWidth.W256, SimdWidth.W512)) {
            if (isSupported(width)) {
                tried.add(width);
                for (int threads : NIGHTLY ? new int[] {1, 2, 4} : new int[] {2}) {
                    Machine machine = new Machine(width, threads, 7);
                    assertThat(run.digest(machine)).as("%s", machine).isEqualTo(golden);
                }
            }
        }
        assertThat(tried).as("supported widths").isNotEmpty();
    }

    /** Interpreter alone, first compiler alone. */
    @ParameterizedTest
    @MethodSource("runs")
    void compilersChangeNothing(GoldenRun run) throws Exception {
        for (String flag : List.of("-Xint", "-XX:TieredStopAtLevel=1")) {
            assertThat(inOtherJvm(run, flag)).as("%s", flag).isEqualTo(golden(run));
        }
    }

    private static String inOtherJvm(GoldenRun run, String flag) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flag, "-cp", System.getProperty("java.class.path"), GoldenRun.class.getName()));
        command.addAll(List.of(run.name(), SimdWidth.SCALAR.name(), "1"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.strip();
    }

    private static boolean isSupported(SimdWidth width) {
        try {
            TensorOps.of(width);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
