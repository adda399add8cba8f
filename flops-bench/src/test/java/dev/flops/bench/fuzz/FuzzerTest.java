package dev.flops.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.bench.fuzz.FuzzedReader.Framing;
import dev.flops.bench.fuzz.FuzzedReader.Parser;
import dev.flops.models.data.InvalidDataException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The fuzzer finds readers that are wrong. Each reads a length of two bytes and as many bytes behind it. */
final class FuzzerTest {
    private static final int CASES = 1000;
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    /** The careful reader. */
    private static int read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (file.length < 2 || in.getChar() != file.length - 2) {
            throw new InvalidDataException("file", 0, "length", "the number of bytes behind it");
        }
        return file.length - 2;
    }

    private static Fuzzer fuzzer(Parser parser) {
        byte[] content = {0, 5, 'h', 'e', 'l', 'l', 'o'};
        return new Fuzzer(
                new FuzzedReader("length", List.of(content), Framing.NONE, parser, Set.of(InvalidDataException.class)));
    }

    @Test
    void aCarefulReaderPasses() {
        assertThat(fuzzer(FuzzerTest::read).run(CASES).accepted()).isBetween(1L, CASES - 1L);
    }

    @Test
    void anotherExceptionIsSeen() {
        Parser trusting = file -> {
            ByteBuffer in = ByteBuffer.wrap(file);
            in.get(new byte[in.getChar()]);
        };
        assertThatThrownBy(() -> fuzzer(trusting).run(CASES))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("length, case ")
                .hasCauseInstanceOf(BufferUnderflowException.class);
    }

    @Test
    void memoryTakenOnTrustIsSeen() {
        Parser greedy = file -> {
            int claimed = file.length < 2 ? 0 : ByteBuffer.wrap(file).getChar();
            assertThat(new long[claimed * 4]).hasSize(claimed * 4);
            read(file);
        };
        assertThatThrownBy(() -> fuzzer(greedy).run(CASES)).rootCause().hasMessageContaining("bytes allocated");
    }

    @Test
    void timeTakenOnTrustIsSeen() {
        Parser slow = file -> {
            long end = spent() + (file.length > 0 && file[0] != 0 ? Judge.MOST_NANOSECONDS * 11 / 10 : 0);
            while (spent() < end) {
                Thread.onSpinWait();
            }
            read(file);
        };
        assertThatThrownBy(() -> fuzzer(slow).run(CASES)).rootCause().hasMessageEndingWith(" ns");
    }

    private static long spent() {
        return THREAD.getCurrentThreadCpuTime();
    }

    @Test
    void aFloodedMessageIsSeen() {
        Parser talkative = file -> {
            throw new IllegalStateException("x".repeat(Judge.LONGEST_MESSAGE + 1));
        };
        var reader = new FuzzedReader(
                "talk", List.of(new byte[1]), Framing.NONE, talkative, Set.of(IllegalStateException.class));
        assertThatThrownBy(() -> new Fuzzer(reader).run(1)).rootCause().isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Fuzzer(reader).run(1)).cause().hasMessageStartingWith("message of ");
    }

    @Test
    void aCaseIsAFunctionOfItsNumber() {
        byte[] content = {0, 5, 'h', 'e', 'l', 'l', 'o'};
        Mutator mutator = new Mutator(List.of(content));
        for (int number = 0; number < CASES; number++) {
            byte[] first = mutator.mutate(content, new SplittableRandom(number));
            assertThat(mutator.mutate(content, new SplittableRandom(number))).isEqualTo(first);
        }
        assertThat(content).containsExactly(0, 5, 'h', 'e', 'l', 'l', 'o');
    }
}
