package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void runsEveryTaskOnceAndGivesAWorkerOneTaskAtATime() {
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            for (Workers workers : new Workers[] {Workers.callingThread(), Workers.on(executor, 4)}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(1_000);
                AtomicIntegerArray busy = new AtomicIntegerArray(workers.count());
                workers.forEach(1_000, (worker, task) -> {
                    assertThat(busy.incrementAndGet(worker)).isEqualTo(1);
                    runs.incrementAndGet(task);
                    busy.decrementAndGet(worker);
                });
                for (int task = 0; task < runs.length(); task++) {
                    assertThat(runs.get(task)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void passesAFailureOn() {
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            assertThatThrownBy(() -> Workers.on(executor, 2).forEach(100, (worker, task) -> {
                        if (task == 37) {
                            throw new IllegalStateException("task 37");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("task 37");
        }
    }

    @Test
    void zeroTasksAreDone() {
        Workers.callingThread().forEach(0, (worker, task) -> {
            throw new AssertionError("task " + task);
        });
    }
}
