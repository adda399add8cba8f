package dev.flops.tensor;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent tasks on a fixed number of workers. Which worker runs which task depends on timing; results must
 * not.
 *
 * <p>The calling thread is always one of the workers; the others run on the executor that was passed in.
 */
public final class Workers {
    private final Executor executor;
    private final int count;

    private Workers(Executor executor, int count) {
        this.executor = executor;
        this.count = count;
    }

    /**
     * The calling thread alone.
     *
     * @return workers of count 1
     */
    public static Workers callingThread() {
        return new Workers(Runnable::run, 1);
    }

    /**
     * The calling thread and count − 1 tasks of an executor.
     *
     * @param executor runs the other workers; it must have count − 1 threads free, or work waits for them
     * @param count number of workers, at least 1
     * @return the workers
     */
    public static Workers on(Executor executor, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count = " + count + ", expected >= 1");
        }
        return new Workers(executor, count);
    }

    /**
     * Number of workers.
     *
     * @return at least 1
     */
    public int count() {
        return count;
    }

    /** A set of independent tasks. */
    @FunctionalInterface
    public interface Task {
        /**
         * Runs one task.
         *
         * @param worker index of the worker, in [0, count): its private memory is indexed by it
         * @param index index of the task
         */
        void run(int worker, int index);
    }

    /**
     * Runs tasks 0 .. tasks − 1 and returns when all have ended.
     *
     * @param tasks number of tasks
     * @param task what to run
     * @throws RuntimeException what the first failing task threw; the remaining tasks are then skipped
     */
    public void forEach(int tasks, Task task) {
        int helpers = Math.min(count, tasks) - 1;
        if (helpers <= 0) {
            for (int index = 0; index < tasks; index++) {
                task.run(0, index);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(helpers);
        for (int helper = 1; helper <= helpers; helper++) {
            int worker = helper;
            executor.execute(() -> {
                drain(worker, tasks, task, next, failure);
                done.countDown();
            });
        }
        drain(0, tasks, task, next, failure);
        await(done);
        rethrow(failure.get());
    }

    private static void drain(
            int worker, int tasks, Task task, AtomicInteger next, AtomicReference<@Nullable Throwable> failure) {
        try {
            for (int index = next.getAndIncrement(); index < tasks; index = next.getAndIncrement()) {
                if (failure.get() != null) {
                    return;
                }
                task.run(worker, index);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void await(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                // The helpers still use the caller's memory: wait for them, then restore the interrupt.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
