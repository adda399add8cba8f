package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    @Timeout(30)
    void aBusyExecutorIsNotWaitedFor() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            executor.execute(() -> awaitUninterruptibly(release));
            AtomicIntegerArray runs = new AtomicIntegerArray(100);
            Workers.on(executor, 2).forEach(100, (worker, task) -> {
                assertThat(worker).isZero();
                runs.incrementAndGet(task);
            });
            assertThat(runs.toString()).doesNotContain("0", "2");
            release.countDown();
        }
    }

    @Test
    @Timeout(30)
    void callersMayRunOnTheExecutorItself() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> sums = new ArrayList<>();
            for (int caller = 0; caller < 16; caller++) {
                sums.add(executor.submit(() -> {
                    AtomicIntegerArray sum = new AtomicIntegerArray(1);
                    Workers.on(executor, 4).forEach(1000, (worker, task) -> sum.addAndGet(0, task));
                    return sum.get(0);
                }));
            }
            for (Future<Integer> sum : sums) {
                assertThat(sum.get()).isEqualTo(499_500);
            }
        }
    }

    /** A helper that begins after the end must not touch memory that the caller has given to others. */
    @Test
    void aLateHelperDoesNothing() {
        List<Runnable> late = new ArrayList<>();
        AtomicIntegerArray runs = new AtomicIntegerArray(10);
        Workers.on(late::add, 3).forEach(10, (worker, task) -> runs.incrementAndGet(task));
        assertThat(late).hasSize(2);
        late.forEach(Runnable::run);
        assertThat(runs.toString()).doesNotContain("0", "2");
    }

    @Test
    @Timeout(30)
    void anExecutorThatIsShutDownEndsTheWork() throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        Workers workers = Workers.on(executor, 3);
        AtomicIntegerArray running = new AtomicIntegerArray(1);
        assertThatThrownBy(() -> {
                    while (true) {
                        workers.forEach(50, (worker, task) -> {
                            running.incrementAndGet(0);
                            if (task == 20) {
                                executor.shutdownNow();
                            }
                            running.decrementAndGet(0);
                        });
                        assertThat(running.get(0)).isZero();
                    }
                })
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(running.get(0)).isZero();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Helpers use the caller's memory: an interrupted caller waits for them nevertheless, and is interrupted afterwards. */
    @Test
    @Timeout(30)
    void anInterruptedCallerWaitsForItsHelpers() {
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            AtomicIntegerArray done = new AtomicIntegerArray(1);
            Thread caller = Thread.currentThread();
            CountDownLatch helping = new CountDownLatch(1);
            Workers.on(executor, 2).forEach(2, (worker, task) -> {
                if (worker == 0) {
                    awaitUninterruptibly(helping);
                    caller.interrupt();
                } else {
                    helping.countDown();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                    done.incrementAndGet(0);
                }
            });
            assertThat(done.get(0)).isOne();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** A set of tasks is one object, whoever runs them. */
    @Test
    void aSetOfTasksAllocatesOneObject() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Workers.Task task = (worker, index) -> {};
        Workers workers = Workers.on(Runnable::run, 2);
        long least = Long.MAX_VALUE;
        for (int window = 0; window < 20; window++) {
            long before = thread.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                workers.forEach(2, task);
            }
            least = Math.min(least, (thread.getCurrentThreadAllocatedBytes() - before) / 100);
        }
        assertThat(least).isBetween(1L, 56L);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void zeroTasksAreDone() {
        Workers.callingThread().forEach(0, (worker, task) -> {
            throw new AssertionError("task " + task);
        });
    }
}
