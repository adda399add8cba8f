package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import dev.flops.models.data.image.ImageTransform;
import dev.flops.models.data.image.TransformedImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BatchLoaderTest {
    private static final int STEPS = 40;

    /** An augmented view of each epoch of four steps. */
    private static final class Augmented implements BatchLoader.Plan {
        private final LabelledExamples images = FashionMnist.embeddedTest();

        @Override
        public LabelledExamples examples(int step) {
            List<ImageTransform> transforms =
                    List.of(new ImageTransform.RandomCrop(28, 28, 3, 0), new ImageTransform.RandomFlip());
            return TransformedImages.of(images, transforms, RandomKey.ofSeed(2), step / 4);
        }

        @Override
        public int[] batch(int step) {
            return new int[] {step, 2 * step + 1, 1999 - step};
        }
    }

    private static List<LoadedBatch> all(BatchLoader loader) {
        List<LoadedBatch> batches = new ArrayList<>();
        while (loader.hasNext()) {
            batches.add(loader.next());
        }
        return batches;
    }

    private static void assertSame(List<LoadedBatch> found, BatchLoader.Plan plan) {
        assertThat(found).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
            LoadedBatch batch = found.get(step);
            assertThat(batch.step()).isEqualTo(step);
            assertThat(batch.examples()).isEqualTo(plan.batch(step));
            float[] features = new float[784];
            for (int i = 0; i < 3; i++) {
                int example = batch.examples()[i];
                plan.examples(step).readInto(example, features, 0);
                assertThat(Arrays.copyOfRange(batch.features(), i * 784, (i + 1) * 784))
                        .isEqualTo(features);
                assertThat(batch.labels()[i]).isEqualTo(plan.examples(step).label(example));
            }
        }
    }

    @Test
    void withoutThreads() {
        Augmented plan = new Augmented();
        Executor never = task -> assertThat(task).isNotNull();
        for (Executor executor : List.<Executor>of(Runnable::run, never)) {
            try (BatchLoader loader = new BatchLoader(plan, STEPS, executor, 3)) {
                assertSame(all(loader), plan);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void withThreads(int threads) {
        Augmented plan = new Augmented();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int depth : new int[] {1, 3, 100}) {
                try (BatchLoader loader = new BatchLoader(plan, STEPS, executor, depth)) {
                    assertSame(all(loader), plan);
                    assertThatExceptionOfType(NoSuchElementException.class)
                            .isThrownBy(loader::next)
                            .withMessageContaining("all 40 batches");
                }
            }
        }
    }

    /** One example of one feature; reading it does what the test wants. */
    private record Acting(Runnable action) implements LabelledExamples {
        @Override
        public int size() {
            return 100;
        }

        @Override
        public int[] exampleShape() {
            return new int[] {1};
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public int label(int example) {
            return 0;
        }

        @Override
        public void readInto(int example, float[] out, int offset) {
            if (example % 10 == 7) {
                throw new IllegalStateException("broken");
            }
            action.run();
            out[offset] = example;
        }
    }

    private record Steps(LabelledExamples data, int batchSize) implements BatchLoader.Plan {
        @Override
        public LabelledExamples examples(int step) {
            return data;
        }

        @Override
        public int[] batch(int step) {
            int[] batch = new int[batchSize];
            Arrays.setAll(batch, i -> step * batchSize + i);
            return batch;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void failuresSayWhichExampleAndTheRestGoesOn(int threads) {
        Steps plan = new Steps(new Acting(() -> {}), 5);
        ExecutorService pool = threads == 0 ? null : Executors.newFixedThreadPool(threads);
        try (BatchLoader loader = new BatchLoader(plan, 4, pool == null ? Runnable::run : pool, 2)) {
            assertThat(loader.next().features()).containsExactly(0, 1, 2, 3, 4);
            assertThatExceptionOfType(LoadingException.class)
                    .isThrownBy(loader::next)
                    .withMessage("example 7 of step 1: broken")
                    .satisfies(e -> assertThat(e.example()).isEqualTo(7))
                    .satisfies(e -> assertThat(e.step()).isEqualTo(1))
                    .satisfies(e -> assertThat(e.failure()).isInstanceOf(IllegalStateException.class));
            assertThat(loader.next().features()).containsExactly(10, 11, 12, 13, 14);
            assertThatExceptionOfType(LoadingException.class).isThrownBy(loader::next);
            assertThat(loader.hasNext()).isFalse();
        } finally {
            if (pool != null) {
                pool.shutdown();
            }
        }
    }

    /** A batch that is being read when the loader is closed is waited for; those behind it are never read. */
    @Test
    void closingLeavesNothingRunning() throws InterruptedException {
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger read = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Acting data = new Acting(() -> {
            reading.incrementAndGet();
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            read.incrementAndGet();
            reading.decrementAndGet();
        });
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            BatchLoader loader = new BatchLoader(new Steps(data, 3), 20, executor, 10);
            begun.await();
            Thread closing = Thread.ofPlatform().start(loader::close);
            while (loader.hasNext()) {
                Thread.onSpinWait();
            }
            closing.join(200);
            // The one thread is in the first example, and closing waits for it.
            assertThat(closing.isAlive()).isTrue();
            goOn.countDown();
            closing.join();
            assertThat(reading.get()).isZero();
            assertThat(read.get()).isEqualTo(1);
            assertThat(loader.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(loader::next)
                    .withMessage("the loader is closed");
            executor.shutdown();
            assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(read.get()).isEqualTo(1);
        }
    }

    @Test
    void interruptsAreKeptForTheCaller() {
        try (ExecutorService executor = Executors.newFixedThreadPool(1);
                BatchLoader loader = new BatchLoader(new Steps(new Acting(() -> {}), 2), 3, executor, 1)) {
            Thread.currentThread().interrupt();
            assertThat(loader.next().features()).containsExactly(0, 1);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void arguments() {
        Steps plan = new Steps(new Acting(() -> {}), 1);
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchLoader(plan, 0, Runnable::run, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchLoader(plan, 1, Runnable::run, 0))
                .withMessage("steps, depth = 1, 0, expected >= 1");
    }
}
