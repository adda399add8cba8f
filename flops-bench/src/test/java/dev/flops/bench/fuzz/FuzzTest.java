package dev.flops.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.fuzz.Fuzzer.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mutated files are read or refused with the documented exception, in bounded time and memory. {@code -Dflops.fuzz.inputs} says how
 * many a reader, {@code -Dflops.fuzz.readers} which readers, as a regular expression.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FuzzTest {
    private static final long CASES = Long.getLong("flops.fuzz.inputs", 100_000);

    private List<FuzzedReader> readers = List.of();

    @BeforeAll
    void makeReaders(@TempDir Path folder) throws IOException {
        readers = Readers.all(folder).stream()
                .filter(reader -> reader.name().matches(Readers.CHOSEN))
                .toList();
    }

    List<FuzzedReader> readers() {
        return readers;
    }

    /** The valid files come first: what a reader loads once counts against no mutated one. */
    @ParameterizedTest
    @MethodSource("readers")
    void validFilesAreReadAndMutatedOnesReadOrRefused(FuzzedReader reader) throws Exception {
        new Judge(reader).requireValidFilesAccepted();
        Outcome outcome = new Fuzzer(reader).run(CASES);
        System.out.println(outcome);
        // Both must occur often, or the mutants are not near the format.
        assertThat(outcome.accepted()).isBetween(CASES / 100, CASES * 9 / 10);
    }
}
