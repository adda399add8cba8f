package dev.flops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.StateArrays;
import dev.flops.bench.cli.IdxFolder;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TrainingTask;
import dev.flops.bench.task.WorkerPool;
import dev.flops.models.checkpoint.Checkpoint;
import dev.flops.models.checkpoint.CheckpointFolder;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainings side by side in one JVM disturb each other in no bit, and one that ends early leaves nothing behind. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class LoadTest {
    private static final int STEPS = 6;

    /** Eight of them, of which no two are alike. */
    private static final List<AllocatorChoice> ALLOCATORS = List.of(
            AllocatorChoice.GAUSSIAN,
            AllocatorChoice.NEYMAN,
            AllocatorChoice.EQUAL,
            AllocatorChoice.FACTORED_SITES,
            AllocatorChoice.IMPORTANCE,
            AllocatorChoice.SWITCHED,
            AllocatorChoice.GAUSSIAN,
            AllocatorChoice.BERNOULLI);

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = IdxFolder.write(Files.createDirectory(folder.resolve("data")), 40, 20);
    }

    private TaskConfig config(int training) {
        return SmallTask.config(data, ALLOCATORS.get(training), STEPS, training + 1L);
    }

    private String train(int training, Workers workers) throws IOException {
        return TrainingTask.prepare(config(training), workers).run(step -> true).parametersSha256();
    }

    private List<String> alone() throws IOException {
        List<String> digests = new ArrayList<>();
        for (int training = 0; training < ALLOCATORS.size(); training++) {
            digests.add(train(training, Workers.callingThread()));
        }
        assertThat(digests).doesNotHaveDuplicates();
        return digests;
    }

    /** Runs all, each begun only when all are there; returns their digests in order. */
    private List<String> sideBySide(ExecutorService callers, Workers workers, boolean together) throws Exception {
        CountDownLatch ready = new CountDownLatch(together ? ALLOCATORS.size() : 1);
        List<Future<String>> running = new ArrayList<>();
        for (int i = 0; i < ALLOCATORS.size(); i++) {
            int training = i;
            running.add(callers.submit(() -> {
                ready.countDown();
                ready.await();
                return train(training, workers);
            }));
        }
        List<String> digests = new ArrayList<>();
        for (Future<String> digest : running) {
            digests.add(digest.get());
        }
        return digests;
    }

    @Test
    void eightOnASharedExecutorGiveTheBitsOfEachAlone() throws Exception {
        try (ExecutorService shared = Executors.newFixedThreadPool(2);
                ExecutorService callers = Executors.newFixedThreadPool(ALLOCATORS.size())) {
            assertThat(sideBySide(callers, Workers.on(shared, 3), true)).isEqualTo(alone());
        }
    }

    /** Trainings and their workers wait for the same two threads. */
    @Test
    void eightAsTasksOfTheirOwnExecutorGiveTheBitsOfEachAlone() throws Exception {
        try (ExecutorService shared = Executors.newFixedThreadPool(2)) {
            assertThat(sideBySide(shared, Workers.on(shared, 3), false)).isEqualTo(alone());
        }
    }

    @Test
    void anExecutorThatIsShutDownEndsTheTraining() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        TrainingTask task = TrainingTask.prepare(config(0), Workers.on(executor, 3));
        assertThatThrownBy(() -> task.run(progress -> {
                    executor.shutdownNow();
                    return true;
                }))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(task.stepsDone()).isEqualTo(1);
        assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aCancelledTrainingLeavesNoThread() throws Exception {
        try (WorkerPool pool = new WorkerPool(3)) {
            TrainingTask task = TrainingTask.prepare(config(0), pool.workers());
            assertThat(task.run(progress -> progress.stepsDone() < 2).interrupted())
                    .isTrue();
            assertThat(workerThreads()).isNotEmpty();
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!workerThreads().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(workerThreads()).isEmpty();
    }

    private static List<Thread> workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("flops-worker-"))
                .toList();
    }

    @Test
    void anInterruptChangesNoBitAndIsKept() throws Exception {
        try (WorkerPool pool = new WorkerPool(3)) {
            TrainingTask task = TrainingTask.prepare(config(0), pool.workers());
            String digest = task.run(progress -> {
                        Thread.currentThread().interrupt();
                        return true;
                    })
                    .parametersSha256();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(digest).isEqualTo(train(0, Workers.callingThread()));
        }
    }

    @Test
    void anInterruptedWriteLeavesTheCheckpointBefore() throws Exception {
        CheckpointFolder checkpoints = new CheckpointFolder(Files.createDirectory(folder.resolve("run")), 3);
        TrainingTask task = TrainingTask.prepare(config(0), Workers.callingThread());
        checkpoints.write(checkpoint(task));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> checkpoints.write(new Checkpoint(1, new StateArrays(), Map.of())))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        try (Stream<Path> files = Files.list(folder.resolve("run"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactly("checkpoint-0000000000.safetensors");
        }
        assertThat(checkpoints.newest((file, why) -> {
                    throw new AssertionError(why);
                }))
                .get()
                .extracting(Checkpoint::step)
                .isEqualTo(0L);
    }

    private static Checkpoint checkpoint(TrainingTask task) {
        StateArrays state = new StateArrays();
        task.saveTo(state);
        return new Checkpoint(task.stepsDone(), state, Map.of());
    }
}
