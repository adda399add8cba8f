package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.PackedMatrix;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * What one thread reaches now on one set of kernels.
 *
 * @param kernels the kernels
 * @param fmaPeakGigaflops peak of fused multiply-adds
 * @param matrixGigaflops rate of the matrix products of the small vision transformer together
 * @param matrixShareOfPeak the one over the other
 * @param products rate of each product
 * @param normalsPerSecond Gaussian numbers per second
 */
public record KernelMeasurement(
        String kernels,
        double fmaPeakGigaflops,
        double matrixGigaflops,
        double matrixShareOfPeak,
        List<ProductRate> products,
        double normalsPerSecond) {
    private static final long SEED = 20250101;
    private static final long WARM_UP_NANOSECONDS = 400_000_000;
    private static final long REPETITION_NANOSECONDS = 20_000_000;
    private static final int REPETITIONS = 7;

    /**
     * Rate of one product.
     *
     * @param name which layer
     * @param gigaflops GFLOP/s
     */
    public record ProductRate(String name, double gigaflops) {}

    /** Copies the list. */
    public KernelMeasurement {
        products = List.copyOf(products);
    }

    /**
     * Measures for about four seconds.
     *
     * @param ops operations on the kernels to be measured
     * @return the rates
     */
    public static KernelMeasurement of(TensorOps ops) {
        List<ProductRate> products = new ArrayList<>();
        double seconds = 0;
        double flops = 0;
        for (MatrixShape shape : MatrixShape.SMALL_VIT) {
            double each = secondsOf(product(ops, shape));
            products.add(new ProductRate(shape.name(), shape.flops() / each * 1e-9));
            seconds += each;
            flops += shape.flops();
        }
        double peak = FmaPeak.gigaflops(ops.kernelName());
        double rate = flops / seconds * 1e-9;
        return new KernelMeasurement(ops.kernelName(), peak, rate, rate / peak, products, normalsPerSecond(ops));
    }

    private static Runnable product(TensorOps ops, MatrixShape shape) {
        Tensor x = random(ops, 0, shape.rows(), shape.inner());
        Tensor w = random(ops, 1, shape.columns(), shape.inner());
        Tensor bias = random(ops, 2, shape.columns());
        Tensor out = Tensor.zeros(shape.rows(), shape.columns());
        PackedMatrix packed = ops.matrix().newPacked(shape.inner(), shape.columns());
        ops.matrix().packTransposedInto(w, packed);
        Workspace workspace = new Workspace();
        return () -> ops.matrix().multiplyInto(x, packed, bias, out, workspace);
    }

    private static Tensor random(TensorOps ops, int sample, int... extents) {
        Tensor tensor = Tensor.zeros(extents);
        ops.noise().noiseInto(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(SEED), 0, sample), tensor);
        return tensor;
    }

    private static double normalsPerSecond(TensorOps ops) {
        Tensor out = Tensor.zeros(MatrixShape.TOKENS, MatrixShape.HIDDEN);
        NoiseAddress address = new NoiseAddress(RandomKey.ofSeed(SEED), 1, 0);
        return out.elements() / secondsOf(() -> ops.noise().noiseInto(Distribution.GAUSSIAN, address, out));
    }

    /** The best mean of some repetitions after warm-up: what the code can do, not what else the machine was doing. */
    private static double secondsOf(Runnable work) {
        repeat(work, WARM_UP_NANOSECONDS);
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPETITIONS; i++) {
            best = Math.min(best, repeat(work, REPETITION_NANOSECONDS));
        }
        return best;
    }

    private static double repeat(Runnable work, long nanoseconds) {
        long begun = System.nanoTime();
        long runs = 0;
        long elapsed;
        do {
            work.run();
            runs++;
            elapsed = System.nanoTime() - begun;
        } while (elapsed < nanoseconds);
        return elapsed * 1e-9 / runs;
    }
}
