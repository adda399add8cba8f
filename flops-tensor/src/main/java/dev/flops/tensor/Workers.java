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
     * @param executor runs the other workers; with fewer free threads than count − 1, fewer of them work
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
     * Runs tasks 0 .. tasks − 1 and returns when all have ended. A worker whose turn on the executor has not come when no task is left
     * is not waited for: the executor may be shared, or run the caller itself.
     *
     * @param tasks number of tasks
     * @param task what to run
     * @throws RuntimeException what the first failing task threw, or the executor when it refused a worker; the remaining tasks
     *     are then skipped
     */
    public void forEach(int tasks, Task task) {
        int helpers = Math.min(count, tasks) - 1;
        if (helpers <= 0) {
            for (int index = 0; index < tasks; index++) {
                task.run(0, index);
            }
            return;
        }
        Shared shared = new Shared(tasks, task);
        try {
            for (int helper = 1; helper <= helpers; helper++) {
                int worker = helper;
                executor.execute(() -> shared.help(worker));
            }
        } catch (RuntimeException e) {
            shared.failure.compareAndSet(null, e);
        }
        shared.drain(0);
        shared.close();
        rethrow(shared.failure.get());
    }

    /** Tasks that several workers take from. */
    private static final class Shared {
        /** Added to the number of helpers when no more may come. */
        private static final int CLOSED = Integer.MIN_VALUE;

        private final int tasks;
        private final Task task;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger helpers = new AtomicInteger();
        private final CountDownLatch idle = new CountDownLatch(1);
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Shared(int tasks, Task task) {
            this.tasks = tasks;
            this.task = task;
        }

        /** On the executor: helps, unless all is over. */
        void help(int worker) {
            if (helpers.getAndUpdate(n -> n < 0 ? n : n + 1) >= 0) {
                drain(worker);
                if (helpers.decrementAndGet() == CLOSED) {
                    idle.countDown();
                }
            }
        }

        void drain(int worker) {
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

        /** Lets no helper in any more and waits for those that are in. */
        void close() {
            if (helpers.getAndAdd(CLOSED) > 0) {
                await();
            }
        }

        private void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    idle.await();
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
