package dev.flops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flops.bench.cli.IdxFolder;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.TaskProgress;
import dev.flops.bench.task.TrainingTask;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that goes on for {@code -Dflops.soak.minutes} minutes, and 600 steps at least: the heap after a collection stays flat, and
 * so does what a step allocates. Not run without that property: a step allocates more until it is compiled, which takes its time.
 */
@EnabledIfSystemProperty(named = "flops.soak.minutes", matches = ".+")
final class SoakTest {
    private static final double MINUTES = Double.parseDouble(System.getProperty("flops.soak.minutes", "0"));

    /** Steps of a window; the first window is for the workspaces to find their sizes. */
    private static final int WINDOW = 100;

    private static final int WINDOWS = 6;

    /** What is still held at the end may exceed what was held after the second window by so much. */
    private static final long MOST_GROWTH = 100_000;

    /** Most bytes that a step allocates on average over any window, in which vectors of a kernel that is not compiled may be objects. */
    private static final long MOST_PER_STEP = 100_000;

    /** Most bytes that a step of 4 examples and 84 queries allocates in the thriftiest window: what it hands on, of no forward anything. */
    private static final long MOST_OF_THRIFTIEST = 1_000;

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    private final List<Long> held = new ArrayList<>();
    private final List<Long> perStep = new ArrayList<>();
    private long allocated;
    private long nextNanoseconds;

    @Test
    void heapAndAllocationStayFlat() throws IOException {
        Path data = IdxFolder.write(Files.createDirectory(folder.resolve("data")), 400, 20);
        TrainingTask task = TrainingTask.prepare(
                SmallTask.config(data, AllocatorChoice.GAUSSIAN, Integer.MAX_VALUE, 1), Workers.callingThread());
        long interval = (long) (MINUTES * TimeUnit.MINUTES.toNanos(1) / WINDOWS / 10);
        long end = System.nanoTime() + (long) (MINUTES * TimeUnit.MINUTES.toNanos(1));
        allocated = THREAD.getCurrentThreadAllocatedBytes();
        int steps = task.run(progress -> {
                    if (isWindow(progress)) {
                        measure();
                        nextNanoseconds = System.nanoTime() + interval;
                    }
                    return perStep.size() < WINDOWS || System.nanoTime() < end;
                })
                .stepsDone();
        System.out.printf(
                Locale.ROOT,
                "soak of %.1f minutes, %,d steps: %,d to %,d bytes held after collections, %,d at the end; %,d to %,d bytes"
                        + " allocated a step%n",
                MINUTES,
                steps,
                held.stream().skip(1).mapToLong(Long::longValue).min().orElseThrow(),
                held.stream().skip(1).mapToLong(Long::longValue).max().orElseThrow(),
                held.getLast(),
                perStep.stream().skip(1).mapToLong(Long::longValue).min().orElseThrow(),
                perStep.stream().skip(1).mapToLong(Long::longValue).max().orElseThrow());
        assertThat(held.getLast()).isLessThan(held.get(1) + MOST_GROWTH);
        assertThat(perStep.subList(1, perStep.size()))
                .allMatch(bytes -> bytes < MOST_PER_STEP)
                .anyMatch(bytes -> bytes < MOST_OF_THRIFTIEST);
    }

    /** In a long run the windows that are looked at lie apart: collections are not what is to be measured. */
    private boolean isWindow(TaskProgress progress) {
        if (progress.stepsDone() % WINDOW == 0) {
            if (System.nanoTime() >= nextNanoseconds) {
                return true;
            }
            allocated = THREAD.getCurrentThreadAllocatedBytes();
        }
        return false;
    }

    private void measure() {
        perStep.add((THREAD.getCurrentThreadAllocatedBytes() - allocated) / WINDOW);
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        held.add(used);
        allocated = THREAD.getCurrentThreadAllocatedBytes();
    }
}
