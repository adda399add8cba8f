package dev.flops.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StopwatchTest {
    private static final long SLOW_NANOSECONDS = 5_000_000;
    private static final long FAST_NANOSECONDS = 500_000;
    private static final long CHANGE_NANOSECONDS = 1_000_000_000;

    private static void spin(long nanoseconds) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < nanoseconds) {
            Thread.onSpinWait();
        }
    }

    /** As code does that is interpreted for a second until its compilation is done. */
    @Test
    void waitsForCodeThatBecomesFastLate() {
        long begun = System.nanoTime();
        double seconds = new Stopwatch()
                .bestSeconds(() ->
                        spin(System.nanoTime() - begun < CHANGE_NANOSECONDS ? SLOW_NANOSECONDS : FAST_NANOSECONDS));
        assertThat(seconds).isLessThan(SLOW_NANOSECONDS * 1e-9 / 2);
    }
}
