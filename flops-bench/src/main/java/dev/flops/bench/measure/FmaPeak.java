package dev.flops.bench.measure;

/**
 * The rate of fused multiply-adds that one thread reaches when it does nothing else: chains that depend on nothing but
 * themselves, enough of them to hide the latency. The yardstick for matrix products on the same kernels.
 */
public final class FmaPeak {
    private static final int ROUNDS = 200_000;
    private static final int CHAINS = 10;
    private static final long WARM_UP_NANOSECONDS = 300_000_000;
    private static final int REPETITIONS = 7;

    private FmaPeak() {}

    /**
     * Measures.
     *
     * @param kernels "512", "256", "128" or "scalar", as {@link dev.flops.tensor.TensorOps#kernelName()} says
     * @return GFLOP/s of one thread, a multiply-add counting two
     */
    public static double gigaflops(String kernels) {
        long begun = System.nanoTime();
        float sink = 0;
        while (System.nanoTime() - begun < WARM_UP_NANOSECONDS) {
            sink += run(kernels, ROUNDS);
        }
        double best = 0;
        for (int i = 0; i < REPETITIONS; i++) {
            long start = System.nanoTime();
            sink += run(kernels, ROUNDS);
            best = Math.max(best, operations(kernels) / (double) (System.nanoTime() - start));
        }
        if (Float.isNaN(sink)) {
            throw new IllegalStateException("chains = NaN, expected finite numbers");
        }
        return best;
    }

    /**
     * Runs the chains once.
     *
     * @param kernels as for {@link #gigaflops}
     * @param rounds multiply-adds of each chain
     * @return a number that depends on all of them
     */
    public static float run(String kernels, int rounds) {
        return switch (kernels) {
            case "512" -> VectorFmaChains.of512(rounds);
            case "256" -> VectorFmaChains.of256(rounds);
            case "128" -> VectorFmaChains.of128(rounds);
            case "scalar" -> scalar(rounds);
            default -> throw new IllegalArgumentException(
                    "kernels = " + kernels + ", expected 512, 256, 128 or scalar");
        };
    }

    private static double operations(String kernels) {
        int lanes = kernels.equals("scalar") ? 1 : Integer.parseInt(kernels) / Float.SIZE;
        return 2.0 * CHAINS * lanes * ROUNDS;
    }

    private static float scalar(int rounds) {
        float x = 0.75f;
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
            a = Math.fma(a, x, x);
            b = Math.fma(b, x, x);
            c = Math.fma(c, x, x);
            d = Math.fma(d, x, x);
            e = Math.fma(e, x, x);
            f = Math.fma(f, x, x);
            g = Math.fma(g, x, x);
            h = Math.fma(h, x, x);
            i = Math.fma(i, x, x);
            j = Math.fma(j, x, x);
        }
        return a + b + c + d + e + f + g + h + i + j;
    }
}
