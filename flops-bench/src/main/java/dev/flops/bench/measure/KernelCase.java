package dev.flops.bench.measure;

import dev.flops.tensor.TensorOps;
import java.util.function.Supplier;

/**
 * A kernel at a shape: what a benchmark or the doctor times.
 *
 * @param name kernel and shape
 * @param operations of one run: arithmetic operations of the specification, a fused multiply-add counting two, 32-bit integer
 *     operations one; a copied number counts one where nothing is computed
 * @param work opens the case
 */
public record KernelCase(String name, double operations, Work work) {
    /** Makes seeded inputs and gives the code to be timed. */
    public interface Work {
        /**
         * Opens a case.
         *
         * @param ops operations on the kernels to be timed
         * @return runs the kernel once and gives the array that it has written
         */
        Supplier<float[]> open(TensorOps ops);
    }
}
