package dev.flops.models.data;

import dev.flops.api.LabelledExamples;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Loads batches ahead of their use on an executor that the caller passes in. A batch is a function of its step alone, so that
 * batches are the same, bit for bit, whatever the executor, the number of its threads and the depth.
 *
 * <p>A batch that the executor has not begun when it is asked for is loaded by the thread that asks: an executor without a free
 * thread costs time and never blocks. At most {@code depth} batches beyond the one in use are in memory.
 *
 * <p>For use by one thread at a time.
 */
public final class BatchLoader implements AutoCloseable {
    private final Plan plan;
    private final int steps;
    private final Executor executor;
    private final int depth;
    private final Deque<FutureTask<LoadedBatch>> ahead = new ArrayDeque<>();
    private int submitted;
    private volatile boolean closed;

    /** Which examples make the batch of a step. Asked by the thread that uses the loader, once for each step, in order. */
    public interface Plan {
        /**
         * Where the examples of a step are read from, such as a view of its epoch, by any thread.
         *
         * @param step at least 0
         * @return the examples
         */
        LabelledExamples examples(int step);

        /**
         * Which examples they are.
         *
         * @param step at least 0
         * @return indices, not modified afterwards
         */
        int[] batch(int step);
    }

    /**
     * Begins to load.
     *
     * @param plan the batches
     * @param steps number of batches, at least 1
     * @param executor runs the loading; {@code Runnable::run} loads {@code depth} batches ahead in the calling thread
     * @param depth batches to load ahead, at least 1
     */
    public BatchLoader(Plan plan, int steps, Executor executor, int depth) {
        if (steps < 1 || depth < 1) {
            throw new IllegalArgumentException("steps, depth = " + steps + ", " + depth + ", expected >= 1");
        }
        this.plan = plan;
        this.steps = steps;
        this.executor = executor;
        this.depth = depth;
        fill(depth);
    }

    private void fill(int wanted) {
        while (submitted < steps && ahead.size() < wanted) {
            int step = submitted++;
            LabelledExamples from = plan.examples(step);
            int[] batch = plan.batch(step);
            FutureTask<LoadedBatch> task = new FutureTask<>(() -> load(from, step, batch));
            ahead.add(task);
            executor.execute(task);
        }
    }

    /** Stops early when the loader is closed: nobody asks for the result then. */
    private LoadedBatch load(LabelledExamples from, int step, int[] batch) {
        int length = from.exampleLength();
        float[] features = new float[Math.multiplyExact(batch.length, length)];
        int[] labels = new int[batch.length];
        for (int i = 0; i < batch.length && !closed; i++) {
            try {
                labels[i] = from.label(batch[i]);
                from.readInto(batch[i], features, i * length);
            } catch (RuntimeException e) {
                throw new LoadingException(step, batch[i], e);
            }
        }
        return new LoadedBatch(step, batch, labels, features);
    }

    /**
     * Whether a batch is left.
     *
     * @return false after the last, and when closed
     */
    public boolean hasNext() {
        return !closed && !ahead.isEmpty();
    }

    /**
     * The next batch, of step 0, 1, 2, ...; waits for it if it is being loaded.
     *
     * @return the batch
     * @throws LoadingException if reading an example failed; the next call goes on with the step after
     * @throws NoSuchElementException if none is left
     */
    public LoadedBatch next() {
        if (!hasNext()) {
            throw new NoSuchElementException(closed ? "the loader is closed" : "all " + steps + " batches are read");
        }
        FutureTask<LoadedBatch> task = ahead.remove();
        task.run();
        try {
            LoadedBatch batch = await(task);
            fill(depth);
            return batch;
        } catch (ExecutionException e) {
            fill(depth);
            throw unwrapped(e.getCause());
        }
    }

    private static RuntimeException unwrapped(@Nullable Throwable cause) {
        return switch (cause) {
            // Made anew, so that the trace of the caller is there; the first one is in its cause.
            case LoadingException e -> new LoadingException(e.step(), e.example(), e.failure());
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new IllegalStateException(cause);
        };
    }

    /** Runs nothing more: what an executor has not begun ends at once, what it has begun is waited for. */
    @Override
    public void close() {
        closed = true;
        while (!ahead.isEmpty()) {
            FutureTask<LoadedBatch> task = ahead.remove();
            task.run();
            try {
                await(task);
            } catch (ExecutionException _) {
                // Nobody asked for the batch: that it cannot be loaded concerns nobody.
            }
        }
    }

    /** Waits, whatever happens: the task uses the caller's data. An interrupt is kept for the caller. */
    private static LoadedBatch await(FutureTask<LoadedBatch> task) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
