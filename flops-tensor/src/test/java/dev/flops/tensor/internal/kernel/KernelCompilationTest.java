package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Both compilers take every vector kernel. A method that is too large for the first one with its profile ("out of virtual registers")
 * may stay in its code without a profile for the life of the JVM, and is never handed to the second: its vectors are then
 * objects, and training is several times slower, in some starts and not in others.
 */
class KernelCompilationTest {
    private static final int RUNS = 40;

    /** Long enough for a running loop to be replaced by compiled code. */
    private static final int LONG = 40_000;

    private static final String PACKAGE = "dev.flops.tensor.internal.kernel.";

    /** Time, number, flags of a compilation, its tier, the method, and what follows. */
    private static final Pattern COMPILATION =
            Pattern.compile("^\\s*\\d+\\s+\\d+\\s+\\D*(\\d)\\s+" + Pattern.quote(PACKAGE) + "(\\S+::\\S+)(.*)$");

    @Tag("simd")
    @Test
    void noKernelIsTooLargeForACompiler() throws Exception {
        TreeMap<String, Set<Integer>> tiers = new TreeMap<>();
        List<String> refused = new ArrayList<>();
        for (String line : compilations()) {
            Matcher matcher = COMPILATION.matcher(line);
            if (matcher.matches()) {
                tiers.computeIfAbsent(matcher.group(2), method -> new TreeSet<>())
                        .add(Integer.parseInt(matcher.group(1)));
                if (matcher.group(3).contains("COMPILE SKIPPED")) {
                    refused.add(line.strip());
                }
            }
        }
        assertThat(refused).isEmpty();
        assertThat(tiers.values().stream().filter(seen -> seen.contains(3))).hasSizeGreaterThan(60);
        assertThat(tiers.values().stream().filter(seen -> seen.contains(4))).hasSizeGreaterThan(30);
        assertThat(tiers.get("Vector512LayerNorm::meansOfTwo")).contains(3);
    }

    private static List<String> compilations() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-Xbatch", "-XX:+PrintCompilation"));
        command.addAll(List.of("-XX:CompileThresholdScaling=0.02", "-cp", System.getProperty("java.class.path")));
        command.add(KernelCompilationTest.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().toList();
    }

    /** Runs every vector kernel until it is compiled. */
    public static void main(String[] args) {
        KernelInput longRows = new KernelInput(LONG, 1, KernelInput.Kind.ORDINARY);
        for (String name : new String[] {"NoiseKernels.fill", "NoiseKernels.addScaled"}) {
            for (int bits : new int[] {512, 256, 128}) {
                KernelCases.all().get(name).run(VectorKernelSets.ofBits(bits), longRows);
            }
        }
        for (int run = 0; run < RUNS; run++) {
            KernelInput input = new KernelInput(33 + run, 1, KernelInput.Kind.ORDINARY);
            for (KernelCases.Case test : KernelCases.all().values()) {
                for (int bits : new int[] {512, 256, 128}) {
                    test.run(VectorKernelSets.ofBits(bits), input);
                }
            }
        }
    }
}
