package dev.flops.bench.measure;

import dev.flops.tensor.TensorOps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one thread reaches now on one set of kernels.
 *
 * @param kernels the kernels
 * @param fmaPeakGigaflops peak of fused multiply-adds
 * @param matrixGigaflops rate of the matrix products of the small vision transformer together
 * @param matrixShareOfPeak the one over the other
 * @param products rate of each product
 * @param normalsPerSecond Gaussian numbers per second
 * @param shares share of the peak that each kernel reaches, products included
 */
public record KernelMeasurement(
        String kernels,
        double fmaPeakGigaflops,
        double matrixGigaflops,
        double matrixShareOfPeak,
        List<ProductRate> products,
        double normalsPerSecond,
        List<KernelShare> shares) {
    private static final double EXPECTED_SCALAR_SHARE = 0.05;

    /**
     * Rate of one product.
     *
     * @param name which layer
     * @param gigaflops GFLOP/s
     */
    public record ProductRate(String name, double gigaflops) {}

    /**
     * What one kernel reaches.
     *
     * @param name kernel and shape
     * @param gigaflops rate, of the operations that {@link KernelCase} counts
     * @param shareOfPeak the rate over the peak of fused multiply-adds
     * @param expectedShare the least that good compilations reach
     * @param bytes what a call allocates, 0 where no vector became an object; NaN where the JVM does not tell
     */
    public record KernelShare(String name, double gigaflops, double shareOfPeak, double expectedShare, double bytes) {
        /**
         * Whether the kernel is as fast as it should be.
         *
         * @return whether the share is at least the expected one
         */
        public boolean healthy() {
            return shareOfPeak >= expectedShare;
        }
    }

    /** Copies the lists. */
    public KernelMeasurement {
        products = List.copyOf(products);
        shares = List.copyOf(shares);
    }

    /**
     * Measures for some twenty seconds: each figure until it has stopped improving.
     *
     * @param ops operations on the kernels to be measured
     * @return the rates
     */
    public static KernelMeasurement of(TensorOps ops) {
        Stopwatch stopwatch = new Stopwatch();
        double peak = FmaPeak.gigaflops(ops.kernelName(), stopwatch);
        List<ProductRate> products = new ArrayList<>();
        List<KernelShare> shares = new ArrayList<>();
        double nanoseconds = 0;
        double flops = 0;
        for (MatrixShape shape : MatrixShape.SMALL_VIT) {
            KernelShare share = share(ops, stopwatch, peak, new Expectation(MatrixCases.product(shape), 0.2));
            products.add(new ProductRate(shape.name(), share.gigaflops()));
            shares.add(share);
            nanoseconds += shape.flops() / share.gigaflops();
            flops += shape.flops();
        }
        for (Expectation expectation : List.of(
                new Expectation(MatrixCases.smallAttention(), 0.05),
                new Expectation(RowCases.gelu(), 0.25),
                new Expectation(RowCases.layerNorm(), 0.08))) {
            shares.add(share(ops, stopwatch, peak, expectation));
        }
        KernelShare normals = share(ops, stopwatch, peak, new Expectation(RowCases.normals(), 0.25));
        shares.add(normals);
        double rate = flops / nanoseconds;
        return new KernelMeasurement(
                ops.kernelName(),
                peak,
                rate,
                rate / peak,
                products,
                normals.gigaflops() * 1e9 / RowCases.NORMAL_OPERATIONS,
                shares);
    }

    private static KernelShare share(TensorOps ops, Stopwatch stopwatch, double peak, Expectation expectation) {
        KernelCase kernel = expectation.kernel();
        Supplier<float[]> work = kernel.work().open(ops);
        float[][] written = new float[1][];
        double gigaflops = kernel.operations() / stopwatch.bestSeconds(() -> written[0] = work.get()) * 1e-9;
        double expected = ops.kernelName().equals("scalar") ? EXPECTED_SCALAR_SHARE : expectation.share();
        double bytes = stopwatch.bytes(() -> written[0] = work.get());
        return new KernelShare(kernel.name(), gigaflops, gigaflops / peak, expected, bytes);
    }

    /** Least share of good compilations of vector kernels: under half of what 512 bits reach, far above what bad code does. */
    private record Expectation(KernelCase kernel, double share) {}
}
