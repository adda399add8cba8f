import org.jspecify.annotations.NullMarked;

/**
 * Float tensors, checked operations and noise, on scalar kernels or, where the JVM was started with
 * {@code --add-modules jdk.incubator.vector}, on SIMD kernels.
 */
@NullMarked
module dev.flops.tensor {
    requires static jdk.incubator.vector;
    requires static transitive org.jspecify;
    requires transitive dev.flops.api;

// with its first type: exports dev.flops.tensor;
// with its first type: exports dev.flops.tensor.network;
}
