package dev.flops.bench.task;

import dev.flops.tensor.Workers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Workers on threads of the program's own: the calling thread and a fixed number of daemon threads, which end with
 * {@link #close}.
 */
public final class WorkerPool implements AutoCloseable {
    private final @Nullable ExecutorService executor;
    private final Workers workers;

    /**
     * Starts the threads.
     *
     * @param threads threads that compute, the calling one included, at least 1
     */
    public WorkerPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads = " + threads + ", expected >= 1");
        }
        if (threads == 1) {
            executor = null;
            workers = Workers.callingThread();
        } else {
            executor = Executors.newFixedThreadPool(
                    threads - 1,
                    Thread.ofPlatform().name("flops-worker-", 1).daemon().factory());
            workers = Workers.on(executor, threads);
        }
    }

    /**
     * The workers, for use by the thread that made the pool.
     *
     * @return the workers
     */
    public Workers workers() {
        return workers;
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
    }
}
