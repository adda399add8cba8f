package dev.flops.tensor;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
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
                executor.execute(shared);
            }
        } catch (RuntimeException e) {
            shared.fail(e);
        }
        shared.drain(0);
        shared.close();
        rethrow(shared.failure);
    }

    /** Tasks that several workers take from; on the executor, a helper. One object is all that a set of tasks allocates here. */
    private static final class Shared implements Runnable {
        /** Added to the number of helpers when no more may come. */
        private static final int CLOSED = Integer.MIN_VALUE;

        private static final AtomicIntegerFieldUpdater<Shared> NEXT =
                AtomicIntegerFieldUpdater.newUpdater(Shared.class, "next");
        private static final AtomicIntegerFieldUpdater<Shared> ARRIVED =
                AtomicIntegerFieldUpdater.newUpdater(Shared.class, "arrived");
        private static final AtomicIntegerFieldUpdater<Shared> HELPERS =
                AtomicIntegerFieldUpdater.newUpdater(Shared.class, "helpers");
        private static final AtomicReferenceFieldUpdater<Shared, Throwable> FAILURE =
                AtomicReferenceFieldUpdater.newUpdater(Shared.class, Throwable.class, "failure");

        private final int tasks;
        private final Task task;
        private final Thread caller = Thread.currentThread();
        private volatile int next;
        private volatile int arrived;
        /** Those that are in. */
        private volatile int helpers;

        private volatile @Nullable Throwable failure;

        Shared(int tasks, Task task) {
            this.tasks = tasks;
            this.task = task;
        }

        /** Helps, as the worker of the next index, unless all is over. */
        @Override
        public void run() {
            if (HELPERS.getAndUpdate(this, n -> n < 0 ? n : n + 1) >= 0) {
                drain(ARRIVED.incrementAndGet(this));
                if (HELPERS.decrementAndGet(this) == CLOSED) {
                    LockSupport.unpark(caller);
                }
            }
        }

        void drain(int worker) {
            try {
                for (int index = NEXT.getAndIncrement(this); index < tasks; index = NEXT.getAndIncrement(this)) {
                    if (failure != null) {
                        return;
                    }
                    task.run(worker, index);
                }
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        /** The first failure is kept. */
        void fail(Throwable e) {
            FAILURE.compareAndSet(this, null, e);
        }

        /** Lets no helper in any more and waits for those that are in. */
        void close() {
            boolean interrupted = false;
            HELPERS.getAndAdd(this, CLOSED);
            while (helpers != CLOSED) {
                LockSupport.park(this);
                // The helpers still use the caller's memory: wait for them, then restore the interrupt.
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                caller.interrupt();
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
