package dev.flops.bench.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournaledObjectiveTest {
    private static final int RUN = 21;

    @TempDir
    private Path folder;

    private Path file = Path.of("unset");

    @BeforeEach
    void setUp() {
        file = folder.resolve("journal.txt");
    }

    /** Three calls of seven queries; the second asks what the first asked, to be answered anew. */
    private float[] run(CountingBox box, int queriesPerCall) throws IOException {
        float[] all = new float[RUN];
        try (QueryJournal journal = QueryJournal.open(file, "cube")) {
            JournaledObjective objective = new JournaledObjective(box, journal, queriesPerCall);
            for (int call = 0; call < 3; call++) {
                float[] points = new float[21];
                for (int i = 0; i < points.length; i++) {
                    points[i] = 0.25f * i + (call == 2 ? 100 : 0);
                }
                float[] losses = new float[7];
                objective.evaluate(points, new int[] {0, 1, 2, 3, 4, 5, 6}, losses);
                System.arraycopy(losses, 0, all, 7 * call, 7);
            }
        }
        return all;
    }

    @Test
    void answersAreThoseOfTheBox() throws IOException {
        CountingBox box = new CountingBox(false);
        float[] losses = run(box, 4);
        assertThat(box.calls()).containsExactly(4, 3, 4, 3, 4, 3);
        for (int q = 0; q < 7; q++) {
            float[] point = {0.25f * 3 * q, 0.25f * (3 * q + 1), 0.25f * (3 * q + 2)};
            assertThat(losses[q]).isEqualTo(CountingBox.loss(point, 0, q)).isEqualTo(losses[7 + q]);
        }
    }

    @Test
    void aRunThatFailsAnywhereGoesOnWithoutPayingTwice() throws IOException {
        Path whole = folder.resolve("whole.txt");
        file = whole;
        float[] expected = run(new CountingBox(true), 4);
        for (int paid = 0; paid < RUN; paid++) {
            file = folder.resolve("journal-" + paid + ".txt");
            CountingBox failing = new CountingBox(false).failingAfter(paid);
            assertThatThrownBy(() -> run(failing, 1)).isInstanceOf(BlackBoxException.class);
            assertThat(failing.answered()).isEqualTo(paid);
            CountingBox rest = new CountingBox(false);
            float[] resumed = run(rest, 4);
            assertThat(rest.answered()).isEqualTo(RUN - paid);
            assertThat(resumed).containsExactly(deterministic());
            CountingBox nothing = new CountingBox(false).failingAfter(0);
            assertThat(run(nothing, 4)).containsExactly(resumed);
        }
        file = whole;
        // A box that answers anew each time: the k-th answer of a query is repeated as its k-th answer.
        assertThat(run(new CountingBox(true).failingAfter(0), 4)).containsExactly(expected);
        assertThat(expected[0]).isNotEqualTo(expected[7]);
    }

    private float[] deterministic() throws IOException {
        Path kept = file;
        file = folder.resolve("reference-" + kept.getFileName());
        float[] losses = run(new CountingBox(false), 4);
        file = kept;
        return losses;
    }

    @Test
    void aTornEndIsCutWhereverItTears() throws IOException {
        run(new CountingBox(false), 7);
        byte[] bytes = Files.readAllBytes(file);
        List<String> lines = Files.readAllLines(file);
        for (int length = 0; length < bytes.length; length += 5) {
            Files.write(file, Arrays.copyOf(bytes, length));
            long whole = Math.max(
                    0,
                    new String(Arrays.copyOf(bytes, length), StandardCharsets.US_ASCII)
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count()
                            - 1);
            try (QueryJournal journal = QueryJournal.open(file, "cube")) {
                assertThat(journal.size()).as("%d bytes", length).isEqualTo(whole);
            }
            CountingBox rest = new CountingBox(false);
            run(rest, 7);
            assertThat(rest.answered()).isEqualTo(RUN - (int) whole);
            assertThat(Files.readAllLines(file)).containsExactlyElementsOf(lines);
        }
    }

    @Test
    void damageInTheMiddleIsAnError() throws IOException {
        run(new CountingBox(false), 7);
        byte[] bytes = Files.readAllBytes(file);
        bytes[60] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> run(new CountingBox(false), 7))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("damage");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void garbageAtTheEndIsCut() throws IOException {
        run(new CountingBox(false), 7);
        Files.writeString(file, "half a line\nand another", StandardOpenOption.APPEND);
        assertThat(run(new CountingBox(false).failingAfter(0), 7)).hasSize(RUN);
    }

    @Test
    void ofAnotherBoxOrInUseIsRefused() throws IOException {
        try (QueryJournal journal = QueryJournal.open(file, "cube")) {
            assertThat(journal.size()).isZero();
            assertThatThrownBy(() -> QueryJournal.open(file, "cube"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
        assertThatThrownBy(() -> QueryJournal.open(file, "sphere"))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("cube")
                .hasMessageContaining("sphere");
    }

    @Test
    void aMeterHoldsItsBudgetExactly() {
        CountingBox box = new CountingBox(false);
        QueryMeter meter = new QueryMeter(box, 10);
        meter.evaluate(new float[21], new int[7], new float[7]);
        assertThatThrownBy(() -> meter.evaluate(new float[12], new int[4], new float[4]))
                .isInstanceOf(BlackBoxException.class)
                .hasMessageContaining("at most 10");
        assertThat(box.answered()).isEqualTo(7);
        meter.evaluate(new float[9], new int[3], new float[3]);
        assertThat(meter.spent()).isEqualTo(10);
        assertThat(meter.remaining()).isZero();
        assertThat(box.answered()).isEqualTo(10);
        assertThatThrownBy(() -> meter.evaluate(new float[3], new int[1], new float[1]))
                .isInstanceOf(BlackBoxException.class);
    }

    @Test
    void anyFunctionIsABlackBox() {
        FunctionObjective objective =
                new FunctionObjective(3, 8, (point, example) -> CountingBox.loss(point, 0, example));
        float[] losses = new float[2];
        objective.evaluate(new float[] {0, 0, 0, 1, 1, 1}, new int[] {0, 0}, losses);
        assertThat(losses).containsExactly(0, 3);
        assertThatThrownBy(() -> objective.evaluate(new float[3], new int[] {8}, new float[1]))
                .hasMessage("examples[0] = 8, expected 0 <= example < 8");
        assertThatThrownBy(() -> objective.evaluate(new float[4], new int[] {0}, new float[1]))
                .hasMessage("points.length = 4, expected 3");
    }
}
