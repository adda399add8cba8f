package dev.flops.tensor;

import dev.flops.tensor.internal.kernel.KernelProvider;
import dev.flops.tensor.internal.kernel.Kernels;
import dev.flops.tensor.spec.SimdWidth;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Checked tensor operations on one set of kernels.
 *
 * <p>Every number they compute is the same, bit for bit, on every {@link SimdWidth}. Immutable and safe for use by
 * several threads; scratch memory comes from the {@link Workspace} that is passed in. An operation named {@code
 * ...Into} overwrites the tensor that its documentation calls modified, and so does one named {@code ...InPlace}.
 *
 * @param kernelName the kernels in use: "scalar", or the vector width in bits
 * @param matrix matrix products
 * @param attention self-attention
 * @param image sliding windows over images
 * @param elementwise elementwise maps
 * @param row reductions and normalisations along rows
 * @param normalization normalisations of images
 * @param noise noise from keys
 */
public record TensorOps(
        String kernelName,
        MatrixOps matrix,
        AttentionOps attention,
        ImageOps image,
        ElementwiseOps elementwise,
        RowOps row,
        NormalizationOps normalization,
        NoiseOps noise) {

    /**
     * Operations on the kernels of a width.
     *
     * @param width vector width, or AUTO
     * @return the operations
     * @throws IllegalArgumentException if this JVM or machine does not support the width
     */
    public static TensorOps of(SimdWidth width) {
        Kernels kernels = KernelProvider.kernels(width);
        return new TensorOps(
                kernels.name(),
                new MatrixOps(kernels),
                new AttentionOps(kernels),
                new ImageOps(kernels),
                new ElementwiseOps(kernels),
                new RowOps(kernels),
                new NormalizationOps(kernels),
                new NoiseOps(kernels));
    }

    /**
     * Has the just-in-time compiler see these kernels before they are needed: call it while the program loads its data. One task on
     * the executor runs the kernels of a transformer's training on tiny shapes, on memory of its own, a thousand times each. No
     * result of anything else changes; which methods are compiled, and when, is up to the JVM, and scalar kernels gain little.
     *
     * <p>The returned future tells how it went, and it alone: this method never throws for it, and whoever does not ask the
     * future goes on without the warm-up. It completes exceptionally with what the warm-up failed by, also when the
     * executor refused the task. Cancelling or completing it ends the task within one round of the kernels.
     *
     * @param executor runs the task
     * @return completed with null when every kernel has run
     */
    public CompletableFuture<@Nullable Void> warmUp(Executor executor) {
        return WarmUp.start(this, executor);
    }
}
