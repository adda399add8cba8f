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

    exports dev.flops.tensor;
    exports dev.flops.tensor.network;
    exports dev.flops.tensor.spec;
}
