package dev.flops.bench.measure;

/**
 * The rate of fused multiply-adds that one thread reaches when it does nothing else: chains that depend on nothing but
 * themselves, enough of them to hide the latency. The yardstick for matrix products on the same kernels.
 */
public final class FmaPeak {
    private static final int ROUNDS = 20_000;
    private static final int CHAINS = 10;

    /** Its square is a power of two, so that sums of it are exact. */
    static final float FACTOR = 0x1p-10f;

    private FmaPeak() {}

    /** GFLOP/s of one thread, a multiply-add counting two. */
    static double gigaflops(String kernels, Stopwatch stopwatch) {
        float[] sink = new float[1];
        double seconds = stopwatch.bestSeconds(() -> sink[0] += run(kernels, ROUNDS));
        if (Float.isNaN(sink[0])) {
            throw new IllegalStateException("chains = NaN, expected finite numbers");
        }
        return operations(kernels, ROUNDS) / seconds * 1e-9;
    }

    /**
     * Runs the chains once.
     *
     * @param kernels "512", "256", "128" or "scalar", as {@link dev.flops.tensor.TensorOps#kernelName()} says
     * @param rounds multiply-adds of each chain, an even number
     * @return a number that depends on all of them
     */
    public static float run(String kernels, int rounds) {
        if (rounds % 2 != 0) {
            throw new IllegalArgumentException("rounds = " + rounds + ", expected an even number");
        }
        return switch (kernels) {
            case "512" -> VectorFmaChains.of512(rounds);
            case "256" -> VectorFmaChains.of256(rounds);
            case "128" -> VectorFmaChains.of128(rounds);
            case "scalar" -> scalar(rounds);
            default ->
                throw new IllegalArgumentException("kernels = " + kernels + ", expected 512, 256, 128 or scalar");
        };
    }

    /**
     * Operations of {@link #run}, a multiply-add counting two.
     *
     * @param kernels as for {@link #run}
     * @param rounds as for {@link #run}
     * @return their number
     */
    public static double operations(String kernels, int rounds) {
        int lanes = kernels.equals("scalar") ? 1 : Integer.parseInt(kernels) / Float.SIZE;
        return 2.0 * CHAINS * lanes * rounds;
    }

    private static float scalar(int rounds) {
        float x = FACTOR;
        float a = 1;
        float b = 2;
        float c = 3;
        float d = 4;
        float e = 5;
        float f = 6;
        float g = 7;
        float h = 8;
        float i = 9;
        float j = 10;
        for (int round = 0; round < rounds; round++) {
            a = Math.fma(x, x, a);
            b = Math.fma(x, x, b);
            c = Math.fma(x, x, c);
            d = Math.fma(x, x, d);
            e = Math.fma(x, x, e);
            f = Math.fma(x, x, f);
            g = Math.fma(x, x, g);
            h = Math.fma(x, x, h);
            i = Math.fma(x, x, i);
            j = Math.fma(x, x, j);
        }
        return a + b + c + d + e + f + g + h + i + j;
    }
}
