package dev.flops.bench.restricted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.restricted.Image.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The small vision transformer trains in images of java.base and the runtime modules, with and without the vector module, in a heap
 * of 64 MB, with native access and Unsafe denied, to the same bits; and does nothing while it trains that a watcher refuses.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class RestrictedJvmTest {
    private static final String STEPS = "3";

    @TempDir
    private static Path folder;

    private static Image scalar;
    private static Image vector;
    private static Image watched;
    private static Path agent;

    @BeforeAll
    static void link() throws IOException {
        scalar = Image.link(Files.createDirectory(folder.resolve("scalar")));
        vector = Image.link(Files.createDirectory(folder.resolve("vector")), "jdk.incubator.vector");
        watched = Image.link(Files.createDirectory(folder.resolve("watched")), "java.instrument");
        agent = Image.agent(folder.resolve("watcher.jar"), Watcher.class);
    }

    private static Result train(Image image, String... args) throws IOException, InterruptedException {
        List<String> jvm = image.equals(vector) ? List.of("--add-modules=jdk.incubator.vector") : List.of();
        return image.run(image.home().getParent(), jvm, args);
    }

    private static Result trainWatched(String... args) throws IOException, InterruptedException {
        return watched.run(watched.home().getParent(), List.of("-javaagent:" + agent), args);
    }

    @Test
    void bothImagesTrainToTheSameBits() throws Exception {
        Result first = train(scalar, STEPS);
        Result second = train(vector, STEPS);
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).startsWith("scalar ");
        assertThat(second.out()).doesNotStartWith("scalar ");
        assertThat(digest(second)).hasSize(64).isEqualTo(digest(first));
        assertThat(digest(train(scalar, "2"))).as("of fewer steps").isNotEqualTo(digest(first));
        System.out.printf(
                Locale.ROOT,
                "image without the vector module %.1f MB, with it %.1f MB; start-up, training of no step included, %.2f s and"
                        + " %.2f s%n",
                scalar.bytes() * 1e-6,
                vector.bytes() * 1e-6,
                startUp(scalar),
                startUp(vector));
    }

    @Test
    void aNetworkThatTheHeapCannotHoldIsRefusedBeforeItIsMade() throws Exception {
        Result result = train(scalar, STEPS, "huge");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .containsPattern(
                        "NotEnoughMemoryException: a network of 1\\d{8} parameters needs at least 6\\d\\d\\.\\d MB,"
                                + " the heap of this JVM has 6\\d\\.\\d MB at most \\(-Xmx\\)")
                .doesNotContain("OutOfMemoryError");
    }

    /** Median of five. */
    private static double startUp(Image image) throws IOException, InterruptedException {
        double[] seconds = new double[5];
        for (int i = 0; i < seconds.length; i++) {
            long begun = System.nanoTime();
            assertThat(train(image, "0").exitCode()).isZero();
            seconds[i] = (System.nanoTime() - begun) * 1e-9;
        }
        Arrays.sort(seconds);
        return seconds[seconds.length / 2];
    }

    private static String digest(Result result) {
        return result.out().substring(result.out().indexOf(' ') + 1);
    }

    @Test
    void trainingTouchesNothing() throws Exception {
        Result result = trainWatched(STEPS);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(digest(result)).isEqualTo(digest(train(scalar, STEPS)));
    }

    /** What would be seen: each of these ends the program. */
    @Test
    void theWatcherSees() throws Exception {
        Map<String, String> ways = new TreeMap<>(Map.of(
                "read", "java/io/FileInputStream",
                "write", "sun/nio/ch/FileChannelImpl",
                "random", "java/io/RandomAccessFile",
                "channel", "sun/nio/ch/FileChannelImpl",
                "thread", "java/lang/Thread",
                "virtual", "java/lang/ThreadBuilders",
                "process", "java/lang/ProcessBuilder",
                "property", "java/lang/System",
                "cleared", "java/lang/System"));
        ways.put("server", "java/net/ServerSocket");
        ways.put("socket", "sun/nio/ch/Net");
        ways.put("socket-channel", "sun/nio/ch/Net");
        for (Map.Entry<String, String> way : ways.entrySet()) {
            Result result = trainWatched("1", way.getKey());
            assertThat(result.exitCode()).as(way.getKey()).isEqualTo(1);
            assertThat(result.err()).contains("SecurityException: refused: " + way.getValue());
        }
    }
}
