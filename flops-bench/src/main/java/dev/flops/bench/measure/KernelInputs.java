package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;

/** Seeded numbers, the same in every run and on all kernels. */
final class KernelInputs {
    private static final long SEED = 20250101;

    private KernelInputs() {}

    /** Standard normal values. */
    static Tensor normal(TensorOps ops, int sample, int... extents) {
        Tensor tensor = Tensor.zeros(extents);
        ops.noise().noiseInto(Distribution.GAUSSIAN, address(sample), tensor);
        return tensor;
    }

    /** Values in (0, 2π): what every elementary function is defined for. */
    static Tensor positive(TensorOps ops, int sample, int... extents) {
        Tensor tensor = normal(ops, sample, extents);
        for (int e = 0; e < tensor.elements(); e++) {
            float value = Math.abs(tensor.array()[tensor.offset() + e]);
            tensor.array()[tensor.offset() + e] = Math.clamp(value, 0x1p-10f, 6f);
        }
        return tensor;
    }

    static NoiseAddress address(int sample) {
        return new NoiseAddress(RandomKey.ofSeed(SEED), 0, sample);
    }
}
