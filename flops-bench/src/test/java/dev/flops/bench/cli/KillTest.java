package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training in a JVM of its own, killed (SIGKILL) and resumed, ends in the bits of one that was left alone. A checkpoint is written
 * at every step. Every other kill comes at a random moment, the others as soon as the temporary file of a checkpoint is seen; the kills
 * go on until enough of them, one in four, have left such a file behind. {@code -Dflops.kills=50} says how many there are at least.
 */
final class KillTest {
    private static final int KILLS = Integer.getInteger("flops.kills", 3);

    /** Kills that must leave a half-written checkpoint behind: in the deep form, for whether one does is a matter of chance. */
    private static final int UNFINISHED = KILLS / 4;

    private static final int STEPS = 60;
    private static final int INTERRUPTED = 128 + 2;

    /** From a new checkpoint to the kill: several steps, each with a checkpoint, in milliseconds. */
    private static final int LONGEST = 300;

    /** One kill in so many comes while the JVM may still be starting. */
    private static final int EARLY = 8;

    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = IdxFolder.write(Files.createDirectory(folder.resolve("data")), 40, 20);
    }

    private Process start(Path run, boolean resume, int every) throws IOException {
        List<String> command = new ArrayList<>(Signals.deliverable());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FlopsCommand.class.getName(), "train"));
        command.addAll(List.of("--out=" + run, "--checkpoint-every=" + every));
        if (resume) {
            command.add("--resume");
        } else {
            command.addAll(List.of("--data-dir=" + data, "--steps=" + STEPS, "--batch=4", "--threads=1"));
            command.addAll(List.of("--allocator=factored-sites", "--seed=11", "--simd=scalar"));
        }
        File log = folder.resolve("log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private static boolean hasCheckpoint(Path run) throws IOException {
        return names(run).anyMatch(name -> name.startsWith("checkpoint-"));
    }

    private static Stream<String> names(Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void aKilledRunEndsInTheSameBits() throws Exception {
        Path whole = folder.resolve("whole");
        assertDone(start(whole, false, 1));
        SplittableRandom random = new SplittableRandom(KillTest.class.getName().hashCode());
        int kills = 0;
        int unfinished = 0;
        int midway = 0;
        for (int run = 0; kills < KILLS || unfinished < UNFINISHED || midway == 0; run++) {
            Path killed = folder.resolve("killed-" + run);
            boolean done = false;
            while (!done) {
                Process process = start(killed, hasCheckpoint(killed), 1);
                boolean more = kills < KILLS || unfinished < UNFINISHED || midway == 0;
                if (more && awaitMoment(process, killed, kills, random)) {
                    process.destroyForcibly().waitFor();
                    kills++;
                    unfinished += isWriting(killed) ? 1 : 0;
                    if (hasCheckpoint(killed)) {
                        midway++;
                    } else {
                        clear(killed);
                    }
                } else {
                    assertDone(process);
                    done = true;
                }
            }
            assertSameRun(killed, whole);
        }
        assertThat(midway).as("kills after the first checkpoint").isPositive();
        System.out.printf(
                "%d kills, %d of them while a checkpoint was being written, %d after the first checkpoint%n",
                kills, unfinished, midway);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no SIGINT.")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void ctrlCThenResumeEndsInTheSameBits() throws Exception {
        Path whole = folder.resolve("whole");
        assertDone(start(whole, false, 0));
        Path stopped = folder.resolve("stopped");
        Process process = start(stopped, false, 0);
        while (process.isAlive() && !hasMetrics(stopped)) {
            Thread.sleep(1);
        }
        Signals.interrupt(process);
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("log")))
                .isEqualTo(INTERRUPTED);
        JsonNode summary = mapper.readTree(stopped.resolve("summary.json").toFile());
        assertThat(summary.get("interrupted").booleanValue()).isTrue();
        assertThat(summary.get("steps").intValue()).isBetween(1, STEPS - 1);
        assertDone(start(stopped, true, 0));
        JsonNode resumed =
                withoutTimes(mapper.readTree(stopped.resolve("summary.json").toFile()));
        assertThat(resumed)
                .isEqualTo(withoutTimes(
                        mapper.readTree(whole.resolve("summary.json").toFile())));
        assertThat(metrics(stopped)).isEqualTo(metrics(whole)).hasSize(STEPS / 10);
    }

    private void assertDone(Process process) throws Exception {
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("log")))
                .isZero();
    }

    private static boolean hasMetrics(Path run) throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        return Files.exists(metrics) && Files.size(metrics) > 0;
    }

    private static boolean isWriting(Path run) throws IOException {
        return names(run).anyMatch(name -> name.endsWith(".tmp"));
    }

    private static List<String> checkpoints(Path run) throws IOException {
        return names(run)
                .filter(name -> name.startsWith("checkpoint-"))
                .sorted()
                .toList();
    }

    /** Whether the process is still alive at the moment that was drawn. */
    private static boolean awaitMoment(Process process, Path run, int kill, SplittableRandom random) throws Exception {
        List<String> before = checkpoints(run);
        boolean early = random.nextInt(EARLY) == 0;
        int delay = random.nextInt(LONGEST);
        if (kill % 2 == 0) {
            int skipped = random.nextInt(8);
            while (process.isAlive() && !(isWriting(run) && skipped-- <= 0)) {
                Thread.onSpinWait();
            }
            return process.isAlive();
        }
        while (!early && process.isAlive() && checkpoints(run).equals(before)) {
            Thread.sleep(5);
        }
        return !process.waitFor(delay, TimeUnit.MILLISECONDS);
    }

    /** Killed before its first checkpoint, a run is begun again. */
    private static void clear(Path run) throws IOException {
        for (String name : names(run).toList()) {
            Files.delete(run.resolve(name));
        }
    }

    private void assertSameRun(Path run, Path expected) throws IOException {
        JsonNode summary =
                withoutTimes(mapper.readTree(run.resolve("summary.json").toFile()));
        assertThat(summary)
                .isEqualTo(withoutTimes(
                        mapper.readTree(expected.resolve("summary.json").toFile())));
        assertThat(metrics(run)).isEqualTo(metrics(expected)).hasSize(STEPS / 10);
        assertThat(names(run).sorted())
                .containsExactlyElementsOf(names(expected).sorted().toList());
    }

    private List<JsonNode> metrics(Path run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            lines.add(withoutTimes(mapper.readTree(line)));
        }
        return lines;
    }

    /** All but times and the memory of the process, whose workspaces find their sizes anew after a resume. */
    private static JsonNode withoutTimes(JsonNode document) {
        return ((ObjectNode) document)
                .without(List.of("seconds", "secondsByPhase", "queriesPerSecond", "peakBytes", "heapPeakBytes"));
    }
}
