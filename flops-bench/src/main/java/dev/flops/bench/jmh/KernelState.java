package dev.flops.bench.jmh;

import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The kernels under test. */
@State(Scope.Thread)
public class KernelState {
    /** Vector width, as {@link SimdWidth#parse} reads it. */
    @Param({"auto", "scalar"})
    public String simd = "auto";

    private TensorOps ops = TensorOps.of(SimdWidth.SCALAR);

    /** Makes the state; {@link #open} chooses the kernels. */
    public KernelState() {}

    /** Chooses the kernels. */
    @Setup
    public void open() {
        ops = TensorOps.of(SimdWidth.parse(simd));
    }

    TensorOps ops() {
        return ops;
    }
}
