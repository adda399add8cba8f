package dev.flops.tensor.internal.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tests of a stream of numbers that should be independent and standard normal: moments, counts beyond 4 and 5, Kolmogorov and
 * Smirnov, Anderson and Darling, χ² in one, two and three dimensions (serial and lattice), correlations at lags, collisions
 * (Knuth, The Art of Computer Programming 2, 3.3.2). Memory does not grow with the stream, which comes in blocks of one length.
 *
 * <p>Distances between distributions are taken on the grid of 2^bits quantiles. Each test gives an upper bound of its p-value:
 * Gaussian for averages, asymptotic for the two distances, Laurent and Massart's for χ² (Annals of Statistics 28, 2000, lemma 1),
 * Bernstein's for counts.
 */
final class NoiseBattery {
    /**
     * Result of one test.
     *
     * @param name which test
     * @param value its statistic: z of an average, else the statistic itself
     * @param pBound what its p-value is at most
     */
    record Result(String name, double value, double pBound) {}

    private static final int[] LAGS = {1, 2, 15, 16, 17, 31, 32, 33, 64, 512};
    private static final int PAIR_BITS = 5;
    private static final int TRIPLE_BITS = 4;
    private static final int BALL_BITS = 11;

    /** Balls thrown before collisions are counted; urns are 2^33: 64 collisions expected. */
    private static final int BALLS = 1 << 20;

    private static final int GUIDES_PER_UNIT = 1 << 12;
    private static final float GUIDE_LIMIT = 7;

    private final int bits;
    private final float[] edges;
    private final int[] guide = new int[(int) (2 * GUIDE_LIMIT * GUIDES_PER_UNIT) + 1];
    private final long[] counts;
    private final long[] pairs = new long[1 << (2 * PAIR_BITS)];
    private final long[] triples = new long[1 << (3 * TRIPLE_BITS)];
    private final double[] powers = new double[4];
    private final double[] products = new double[LAGS.length];
    private final long[] productCounts = new long[LAGS.length];
    private final long[] balls = new long[BALLS];
    private int thrown;
    private long urnsFilled;
    private long batches;
    private long n;
    private long beyond4;
    private long beyond5;
    private float greatest;

    /** Quantiles in 2^bits classes, bits at least 11. */
    NoiseBattery(int bits) {
        this.bits = bits;
        edges = new float[(1 << bits) - 1];
        counts = new long[1 << bits];
        for (int k = 0; k < edges.length; k++) {
            edges[k] = quantile((k + 1.0) / counts.length);
        }
        for (int g = 0, k = 0; g < guide.length; g++) {
            float from = (float) g / GUIDES_PER_UNIT - GUIDE_LIMIT;
            while (k < edges.length && edges[k] <= from) {
                k++;
            }
            guide[g] = k;
        }
    }

    /** Greatest size of a number so far. */
    float greatest() {
        return greatest;
    }

    /** Takes the next numbers of the stream; pairs, triples and lags stay within a block. */
    void accept(float[] block) {
        int[] classes = new int[block.length];
        for (int i = 0; i < block.length; i++) {
            classes[i] = classOf(block[i]);
            counts[classes[i]]++;
            float size = Math.abs(block[i]);
            greatest = Math.max(greatest, size);
            beyond4 += size > 4 ? 1 : 0;
            beyond5 += size > 5 ? 1 : 0;
        }
        n += block.length;
        moments(block);
        correlations(block);
        for (int i = 0; i + 1 < block.length; i += 2) {
            pairs[cell(classes, i, 2, PAIR_BITS)]++;
        }
        for (int i = 0; i + 2 < block.length; i += 3) {
            triples[cell(classes, i, 3, TRIPLE_BITS)]++;
            ball(((long) cell(classes, i, 2, BALL_BITS) << BALL_BITS) + cell(classes, i + 2, 1, BALL_BITS));
        }
    }

    /** The cell of consecutive numbers in a grid of 2^count classes each. */
    private int cell(int[] classes, int from, int dimensions, int count) {
        int cell = 0;
        for (int i = from; i < from + dimensions; i++) {
            cell = (cell << count) + (classes[i] >> (bits - count));
        }
        return cell;
    }

    /** Number of edges that are at most x. */
    private int classOf(float x) {
        float clamped = Math.clamp(x, -GUIDE_LIMIT, GUIDE_LIMIT);
        int k = guide[(int) ((clamped + GUIDE_LIMIT) * GUIDES_PER_UNIT)];
        while (k > 0 && edges[k - 1] > x) {
            k--;
        }
        while (k < edges.length && edges[k] <= x) {
            k++;
        }
        return k;
    }

    private void moments(float[] block) {
        double[] sum = new double[4];
        for (float value : block) {
            double square = (double) value * value;
            sum[0] += value;
            sum[1] += square - 1;
            sum[2] += value * square;
            sum[3] += square * square - 3;
        }
        for (int k = 0; k < sum.length; k++) {
            powers[k] += sum[k];
        }
    }

    private void correlations(float[] block) {
        for (int l = 0; l < LAGS.length; l++) {
            double sum = 0;
            for (int i = LAGS[l]; i < block.length; i++) {
                sum += (double) block[i] * block[i - LAGS[l]];
            }
            products[l] += sum;
            productCounts[l] += Math.max(0, block.length - LAGS[l]);
        }
    }

    private void ball(long urn) {
        balls[thrown++] = urn;
        if (thrown == BALLS) {
            Arrays.sort(balls);
            urnsFilled++;
            for (int i = 1; i < BALLS; i++) {
                urnsFilled += balls[i] == balls[i - 1] ? 0 : 1;
            }
            batches++;
            thrown = 0;
        }
    }

    /** What the tests say of the stream so far. */
    List<Result> results() {
        List<Result> results = new ArrayList<>();
        double[] variances = {1, 2, 15, 96};
        for (int k = 0; k < powers.length; k++) {
            results.add(average("moment " + (k + 1), powers[k] / Math.sqrt(variances[k] * (double) n)));
        }
        for (int l = 0; l < LAGS.length; l++) {
            results.add(average("lag " + LAGS[l], products[l] / Math.sqrt((double) productCounts[l])));
        }
        results.add(count("beyond 4", (double) beyond4, (double) n * DoubleOracle.erfc(4 * Math.sqrt(0.5))));
        results.add(count("beyond 5", (double) beyond5, (double) n * DoubleOracle.erfc(5 * Math.sqrt(0.5))));
        distances(results);
        results.add(chiSquare("chi-square of quantiles", counts));
        results.add(chiSquare("serial pairs", pairs));
        results.add(chiSquare("lattice of triples", triples));
        double urns = 0x1p33;
        double filled = -urns * Math.expm1(BALLS * Math.log1p(-1 / urns));
        results.add(count("collisions", batches * (double) BALLS - urnsFilled, (double) batches * (BALLS - filled)));
        return results;
    }

    private void distances(List<Result> results) {
        double kolmogorov = 0;
        double anderson = 0;
        long below = 0;
        for (int k = 0; k < edges.length; k++) {
            below += counts[k];
            double p = (k + 1.0) / counts.length;
            double difference = (double) below / n - p;
            kolmogorov = Math.max(kolmogorov, Math.abs(difference));
            anderson += difference * difference / (p * (1 - p));
        }
        double lambda = kolmogorov * Math.sqrt((double) n);
        results.add(new Result("Kolmogorov-Smirnov", lambda, 2 * Math.exp(-2 * lambda * lambda)));
        // A² = Σ Y²/(j(j + 1)): beyond its median, P(A² > a) < √3 P(Y² > 2a), the other terms in their generating
        // function.
        double square = anderson * n / counts.length;
        results.add(new Result(
                "Anderson-Darling", square, Math.min(1, Math.sqrt(3) * DoubleOracle.erfc(Math.sqrt(square)))));
    }

    static Result average(String name, double z) {
        return new Result(name, z, DoubleOracle.erfc(Math.abs(z) * Math.sqrt(0.5)));
    }

    private static Result count(String name, double found, double expected) {
        double t = Math.abs(found - expected);
        return new Result(
                name, (found - expected) / Math.sqrt(expected), 2 * Math.exp(-t * t / (2 * (expected + t / 3))));
    }

    /** P(χ² − ν ≥ 2√(νx) + 2x) ≤ e^−x, and P(ν − χ² ≥ 2√(νx)) ≤ e^−x. */
    private static Result chiSquare(String name, long[] cells) {
        double total = Arrays.stream(cells).sum();
        double expected = total / cells.length;
        double sum = 0;
        for (long cell : cells) {
            sum += (cell - expected) * (cell - expected) / expected;
        }
        double freedom = cells.length - 1.0;
        double excess = sum - freedom;
        double root = (Math.sqrt(freedom + 2 * Math.max(0, excess)) - Math.sqrt(freedom)) / 2;
        double exponent = excess > 0 ? root * root : excess * excess / (4 * freedom);
        return new Result(name, excess / Math.sqrt(2 * freedom), Math.min(1, 2 * Math.exp(-exponent)));
    }

    private static float quantile(double p) {
        double low = -8;
        double high = 8;
        for (int step = 0; step < 40; step++) {
            double middle = (low + high) / 2;
            if (0.5 * DoubleOracle.erfc(-middle * Math.sqrt(0.5)) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (float) high;
    }
}
