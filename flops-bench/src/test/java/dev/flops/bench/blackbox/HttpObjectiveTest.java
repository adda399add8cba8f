package dev.flops.bench.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Objective;
import dev.flops.bench.blackbox.FaultyServer.Fault;
import dev.flops.bench.prompt.ForwardTuner;
import dev.flops.bench.task.AllocatorChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service that fails in every way: no answer is lost, none is paid for twice, none beyond the cap. */
final class HttpObjectiveTest {
    private static final int QUERIES = 5;
    private static final int TRAINING = 6 * 16;
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofMillis(500);

    private final List<Duration> delays = new ArrayList<>();

    /** Two queries a request, delays that are recorded and not waited for. */
    private HttpObjective client(URI endpoint, long cap, int attempts, double rate, long seed) {
        return new HttpObjective(
                3,
                8,
                new HttpConfig(
                        endpoint, 2, cap, attempts, Duration.ofSeconds(3), FIRST_DELAY, LONGEST_DELAY, rate, seed),
                delays::add);
    }

    private HttpObjective client(FaultyServer server, long cap, int attempts) {
        return client(server.endpoint(), cap, attempts, Double.POSITIVE_INFINITY, 1);
    }

    private static float[] ask(Objective objective) {
        float[] losses = new float[QUERIES];
        objective.evaluate(points(), examples(), losses);
        return losses;
    }

    private static float[] points() {
        float[] points = new float[3 * QUERIES];
        for (int i = 0; i < points.length; i++) {
            points[i] = 0.1f * i - 0.7f;
        }
        return points;
    }

    private static int[] examples() {
        return new int[] {7, 0, 3, 3, 1};
    }

    private static float[] expected() {
        float[] losses = new float[QUERIES];
        for (int q = 0; q < QUERIES; q++) {
            losses[q] = CountingBox.loss(points(), 3 * q, examples()[q]);
        }
        return losses;
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SLOW", "BAD_REQUEST"})
    void whatPassesIsTriedAgain(Fault fault) throws IOException {
        try (FaultyServer server = new FaultyServer(Fault.NONE, fault);
                HttpObjective client = client(server, 100, 2)) {
            assertThat(ask(client)).containsExactly(expected());
            assertThat(client.spending()).isEqualTo(new HttpSpending(5, 7, 4, 1));
            assertThat(server.received()).isEqualTo(7);
            assertThat(server.answered()).isEqualTo(5);
            assertThat(server.keys()).hasSize(4).doesNotContainNull();
            assertThat(server.keys().get(1)).isEqualTo(server.keys().get(2));
            assertThat(server.keys().stream().distinct()).hasSize(3);
            assertThat(delays).hasSize(1);
        }
    }

    @Test
    void aSlowAnswerIsWaitedForAndAskedOnce() throws IOException {
        try (FaultyServer server = new FaultyServer(Fault.SLOW, Fault.SLOW, Fault.SLOW);
                HttpObjective client = client(server, 5, 2)) {
            long begun = System.nanoTime();
            assertThat(ask(client)).containsExactly(expected());
            assertThat(System.nanoTime() - begun)
                    .isGreaterThanOrEqualTo(3 * FaultyServer.SLOWNESS.toNanos() - 1_000_000);
            assertThat(client.spending()).isEqualTo(new HttpSpending(5, 5, 3, 0));
            assertThat(server.received()).isEqualTo(5);
            assertThat(delays).isEmpty();
        }
    }

    @Test
    void delaysDoubleUpToABoundWithTheJitterOfTheSeed() throws IOException {
        Fault[] faults = Collections.nCopies(5, Fault.INTERNAL_ERROR).toArray(new Fault[0]);
        List<List<Duration>> runs = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            delays.clear();
            try (FaultyServer server = new FaultyServer(faults);
                    HttpObjective client = client(server.endpoint(), 100, 6, Double.POSITIVE_INFINITY, seed)) {
                assertThat(ask(client)).containsExactly(expected());
            }
            runs.add(List.copyOf(delays));
        }
        long[] bounds = {100, 200, 400, 500, 500};
        assertThat(runs.getFirst()).hasSize(bounds.length);
        for (int i = 0; i < bounds.length; i++) {
            assertThat(runs.getFirst().get(i))
                    .isBetween(Duration.ofMillis(bounds[i] / 2), Duration.ofMillis(bounds[i]));
        }
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
        assertThat(runs.get(2)).isNotEqualTo(runs.get(0));
    }

    @Test
    void aRefusalIsNotTriedAgain() throws IOException {
        try (FaultyServer server = new FaultyServer(Fault.BAD_REQUEST);
                HttpObjective client = client(server, 100, 5)) {
            assertThatThrownBy(() -> ask(client))
                    .isInstanceOf(BlackBoxException.class)
                    .hasMessageContaining("status 400, expected 200: no such example");
            assertThat(server.received()).isEqualTo(2);
            assertThat(delays).isEmpty();
        }
    }

    @Test
    void nothingIsSentBeyondTheCap() throws IOException {
        try (FaultyServer server = new FaultyServer();
                HttpObjective client = client(server, 7, 5)) {
            assertThat(ask(client)).containsExactly(expected());
            assertThatThrownBy(() -> ask(client))
                    .isInstanceOf(BlackBoxException.class)
                    .hasMessageContaining("a request of 2 queries after 7 were sent, expected at most 7");
            assertThat(server.received()).isEqualTo(7);
        }
        try (FaultyServer server = new FaultyServer(Fault.RESET, Fault.INTERNAL_ERROR, Fault.NO_JSON);
                HttpObjective client = client(server, 5, 5)) {
            assertThatThrownBy(() -> ask(client)).hasMessageContaining("after 4 were sent, expected at most 5");
            assertThat(client.spending()).isEqualTo(new HttpSpending(0, 4, 2, 2));
            assertThat(server.received()).isEqualTo(4);
        }
    }

    @Test
    void aServiceThatIsNotThereIsNamed() throws IOException {
        URI gone;
        try (FaultyServer server = new FaultyServer()) {
            gone = server.endpoint();
        }
        try (HttpObjective client = client(gone, 100, 3, Double.POSITIVE_INFINITY, 1)) {
            assertThatThrownBy(() -> ask(client))
                    .isInstanceOf(BlackBoxException.class)
                    .hasMessageContaining(gone + " failed 3 times");
            assertThat(client.spending()).isEqualTo(new HttpSpending(0, 6, 3, 3));
        }
    }

    @Test
    void theRateIsHeld() throws IOException {
        try (FaultyServer server = new FaultyServer();
                HttpObjective client = client(server.endpoint(), 100, 1, 10, 1)) {
            long begun = System.nanoTime();
            ask(client);
            // The third request waits for the four queries before it: 0.4 s at 10 a second.
            assertThat(System.nanoTime() - begun).isGreaterThan(390_000_000L);
        }
    }

    /** Whatever fails, the same run with the same journal ends with the same losses, and each is paid for once. */
    @Property(tries = 60)
    void aRunGoesOnFromItsJournal(@ForAll @Size(max = 12) List<Quick> faults) throws IOException {
        Fault[] script =
                faults.stream().map(quick -> Fault.valueOf(quick.name())).toArray(Fault[]::new);
        Path folder = Files.createTempDirectory("journal");
        Path file = folder.resolve("journal.txt");
        long sent = 0;
        try (FaultyServer server = new FaultyServer(script)) {
            float[] losses = null;
            while (losses == null) {
                try (HttpObjective client = client(server, 100, 2);
                        QueryJournal journal = QueryJournal.open(file, "cube")) {
                    try {
                        losses = ask(new JournaledObjective(client, journal, 2));
                    } catch (BlackBoxException e) {
                        assertThat(e).hasMessageContaining("failed 2 times");
                    }
                    sent += client.spending().sent();
                    assertThat(journal.size()).isEqualTo(server.answered());
                }
            }
            assertThat(losses).containsExactly(expected());
            assertThat(server.answered()).isEqualTo(QUERIES);
            assertThat(server.received()).isEqualTo(sent);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** What a training before the service itself comes to, without faults and without a network. */
    private static float[] trained(Objective objective) {
        float[] theta = new float[3];
        new ForwardTuner(ForwardTuner.Scheme.CLEAN, AllocatorChoice.NEYMAN, 0.2f, 0.1, 4, 16)
                .tune(new QueryMeter(objective, TRAINING), theta, 3, (now, loss) -> true);
        return theta;
    }

    /** A whole training, whose queries depend on the answers before them, breaks off again and again and ends where it would have. */
    @Property(tries = 10)
    void aTrainingEndsOrResumesWithTheSameResult(@ForAll @Size(min = 4, max = 60) List<Quick> faults)
            throws IOException {
        Fault[] script =
                faults.stream().map(quick -> Fault.valueOf(quick.name())).toArray(Fault[]::new);
        Path folder = Files.createTempDirectory("journal");
        Path file = folder.resolve("journal.txt");
        CountingBox direct = new CountingBox(false);
        float[] expected = trained(direct);
        assertThat(direct.answered()).isEqualTo(TRAINING);
        assertThat(expected).doesNotContain(0);
        try (FaultyServer server = new FaultyServer(script)) {
            float[] theta = null;
            while (theta == null) {
                try (HttpObjective client = client(server, 10_000, 2);
                        QueryJournal journal = QueryJournal.open(file, "cube")) {
                    try {
                        theta = trained(new JournaledObjective(client, journal, 2));
                    } catch (BlackBoxException e) {
                        assertThat(e).hasMessageContaining("failed 2 times");
                    }
                    assertThat(journal.size()).isEqualTo(server.answered());
                }
            }
            assertThat(theta).containsExactly(expected);
            assertThat(server.answered()).isEqualTo(TRAINING);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** Faults that take no time. */
    enum Quick {
        NONE,
        INTERNAL_ERROR,
        RESET,
        RESET_IN_THE_BODY,
        NO_JSON,
        TOO_FEW_LOSSES,
        NO_NUMBERS
    }
}
