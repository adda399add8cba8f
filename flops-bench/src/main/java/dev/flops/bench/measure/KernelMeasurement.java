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
     * Measures for some ten seconds: each figure until it has stopped improving.
     *
     * @param ops operations on the kernels to be measured
     * @return the rates
     */
    public static KernelMeasurement of(TensorOps ops) {
        Stopwatch stopwatch = new Stopwatch();
        List<ProductRate> products = new ArrayList<>();
        double seconds = 0;
        double flops = 0;
        for (MatrixShape shape : MatrixShape.SMALL_VIT) {
            double each = stopwatch.bestSeconds(product(ops, shape));
            products.add(new ProductRate(shape.name(), shape.flops() / each * 1e-9));
            seconds += each;
            flops += shape.flops();
        }
        double peak = FmaPeak.gigaflops(ops.kernelName(), stopwatch);
        double rate = flops / seconds * 1e-9;
        return new KernelMeasurement(
                ops.kernelName(), peak, rate, rate / peak, products, normalsPerSecond(ops, stopwatch));
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

    private static double normalsPerSecond(TensorOps ops, Stopwatch stopwatch) {
        Tensor out = Tensor.zeros(MatrixShape.TOKENS, MatrixShape.HIDDEN);
        NoiseAddress address = new NoiseAddress(RandomKey.ofSeed(SEED), 1, 0);
        return out.elements() / stopwatch.bestSeconds(() -> ops.noise().noiseInto(Distribution.GAUSSIAN, address, out));
    }
}
