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
import org.junit.jupiter.api.io.TempDir;

/**
 * A training in a JVM of its own, killed (SIGKILL) at random moments and resumed, ends in the bits of one that was left alone. A
 * checkpoint is written at every step, so that many kills fall into the writing of one. {@code -Dflops.kills=50} says how many.
 */
final class KillTest {
    private static final int KILLS = Integer.getInteger("flops.kills", 3);
    private static final int STEPS = 60;

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

    private Process start(Path run, boolean resume) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FlopsCommand.class.getName(), "train"));
        command.addAll(List.of("--out=" + run, "--checkpoint-every=1"));
        if (resume) {
            command.add("--resume");
        } else {
            command.addAll(List.of("--data-dir=" + data, "--steps=" + STEPS, "--batch=4", "--threads=1"));
            command.addAll(List.of("--allocator=factored-sites", "--seed=11"));
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
        assertThat(start(whole, false).waitFor())
                .as(Files.readString(folder.resolve("log")))
                .isZero();
        SplittableRandom random = new SplittableRandom(KillTest.class.getName().hashCode());
        int kills = 0;
        int unfinished = 0;
        int midway = 0;
        for (int run = 0; kills < KILLS; run++) {
            Path killed = folder.resolve("killed-" + run);
            boolean done = false;
            while (!done) {
                Process process = start(killed, hasCheckpoint(killed));
                if (kills < KILLS && awaitMoment(process, killed, random)) {
                    process.destroyForcibly().waitFor();
                    kills++;
                    unfinished += names(killed).anyMatch(name -> name.endsWith(".tmp")) ? 1 : 0;
                    if (hasCheckpoint(killed)) {
                        midway++;
                    } else {
                        clear(killed);
                    }
                } else {
                    assertThat(process.waitFor())
                            .as(Files.readString(folder.resolve("log")))
                            .isZero();
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

    /** Whether the process is still alive at the moment that was drawn. */
    private static boolean awaitMoment(Process process, Path run, SplittableRandom random) throws Exception {
        List<String> before = names(run)
                .filter(name -> name.startsWith("checkpoint-"))
                .sorted()
                .toList();
        boolean early = random.nextInt(EARLY) == 0;
        int delay = random.nextInt(LONGEST);
        while (!early
                && process.isAlive()
                && names(run)
                        .filter(name -> name.startsWith("checkpoint-"))
                        .sorted()
                        .toList()
                        .equals(before)) {
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
