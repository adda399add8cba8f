package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.internal.kernel.KernelProvider;
import dev.flops.tensor.internal.kernel.Kernels;
import dev.flops.tensor.internal.kernel.NoiseKernels;
import dev.flops.tensor.spec.SimdWidth;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WarmUpTest {
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);

    @Test
    @Timeout(120)
    void completesOnTheExecutor() {
        List<Runnable> tasks = new ArrayList<>();
        CompletableFuture<@Nullable Void> done = OPS.warmUp(tasks::add);
        assertThat(tasks).hasSize(1);
        assertThat(done).isNotDone();
        tasks.getFirst().run();
        assertThat(done).isCompletedWithValue(null);
    }

    /** Work on the same operations beside it has the bits that it has alone. */
    @Test
    @Timeout(120)
    void changesNoBit() {
        float[] alone = digits();
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            CompletableFuture<@Nullable Void> done = OPS.warmUp(executor);
            int beside = 0;
            do {
                assertThat(digits()).isEqualTo(alone);
                beside++;
            } while (!done.isDone());
            assertThat(beside).isGreaterThan(1);
            done.join();
        }
        assertThat(digits()).isEqualTo(alone);
    }

    @Test
    @Timeout(30)
    void cancellingEndsTheTask() {
        CompletableFuture<?>[] started = new CompletableFuture<?>[1];
        AtomicInteger calls = new AtomicInteger();
        TensorOps counting = withNoise(call -> {
            if (calls.incrementAndGet() == 10) {
                started[0].cancel(false);
            }
        });
        List<Runnable> tasks = new ArrayList<>();
        started[0] = counting.warmUp(tasks::add);
        tasks.getFirst().run();
        assertThat(started[0]).isCancelled();
        assertThat(calls).hasValueBetween(10, 20);
    }

    @Test
    void aFailureIsInTheFuture() {
        TensorOps failing = withNoise(call -> {
            throw new IllegalStateException("no noise");
        });
        CompletableFuture<@Nullable Void> done = failing.warmUp(Runnable::run);
        assertThatThrownBy(done::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no noise");
    }

    @Test
    void aRefusalIsInTheFuture() {
        CompletableFuture<@Nullable Void> done = OPS.warmUp(task -> {
            throw new RejectedExecutionException("full");
        });
        assertThatThrownBy(done::join).hasCauseExactlyInstanceOf(RejectedExecutionException.class);
    }

    /** Noise, a product with it, and a normalisation. */
    private static float[] digits() {
        NoiseAddress noise = new NoiseAddress(RandomKey.ofSeed(8), 0, 0);
        Tensor x = Tensor.zeros(19, 64);
        Tensor w = Tensor.zeros(33, 64);
        Tensor out = Tensor.zeros(19, 33);
        OPS.noise().noiseInto(Distribution.GAUSSIAN, noise, x);
        OPS.noise().noiseInto(Distribution.GAUSSIAN, noise, w);
        OPS.row().layerNormInto(x, null, null, 1e-5f, x);
        OPS.matrix().multiplyTransposedInto(x, w, null, out, new Workspace());
        OPS.elementwise().geluInto(out, out);
        return out.array();
    }

    /** Operations on kernels that tell of every call for noise before they perform it. */
    private static TensorOps withNoise(Consumer<String> told) {
        Kernels kernels = KernelProvider.kernels(SimdWidth.AUTO);
        NoiseKernels noise = (NoiseKernels) Proxy.newProxyInstance(
                WarmUpTest.class.getClassLoader(), new Class<?>[] {NoiseKernels.class}, (proxy, method, arguments) -> {
                    told.accept(method.getName());
                    return method.invoke(kernels.noise(), arguments);
                });
        return new TensorOps(
                OPS.kernelName(),
                OPS.matrix(),
                OPS.attention(),
                OPS.image(),
                OPS.elementwise(),
                OPS.row(),
                OPS.normalization(),
                new NoiseOps(new Kernels(
                        kernels.name(),
                        kernels.matrix(),
                        kernels.attention(),
                        kernels.convolution(),
                        kernels.window(),
                        kernels.elementwise(),
                        kernels.row(),
                        noise)));
    }
}
