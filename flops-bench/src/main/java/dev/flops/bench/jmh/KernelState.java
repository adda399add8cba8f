package dev.flops.bench.jmh;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.SimdWidth;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The kernels under test, and seeded inputs. */
@State(Scope.Thread)
public class KernelState {
    private static final long SEED = 20250101;

    /** Vector width, as {@link SimdWidth#parse} reads it. */
    @Param({"auto", "scalar"})
    public String simd = "auto";

    private TensorOps ops = TensorOps.of(SimdWidth.SCALAR);
    private final Workspace workspace = new Workspace();

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

    Workspace workspace() {
        return workspace;
    }

    /** Standard normal values, the same in every run and on all kernels. */
    Tensor random(int sample, int... extents) {
        Tensor tensor = Tensor.zeros(extents);
        ops.noise().noiseInto(Distribution.GAUSSIAN, address(sample), tensor);
        return tensor;
    }

    static NoiseAddress address(int sample) {
        return new NoiseAddress(RandomKey.ofSeed(SEED), 0, sample);
    }
}
