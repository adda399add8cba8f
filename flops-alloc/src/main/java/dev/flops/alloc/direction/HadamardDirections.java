package dev.flops.alloc.direction;

import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import org.jspecify.annotations.Nullable;

/**
 * Sets of K orthogonal sign vectors: rows 0 .. K − 1 of a Hadamard matrix with the signs of its columns flipped at random,
 *
 * <pre>
 *   ε_k[p] = s_p (−1)^popcount(k ∧ p),   s uniform in {−1, +1}^d,   c = 1/K
 * </pre>
 *
 * <p>Each direction alone is a Rademacher vector; all have length √d and are exactly orthogonal. A set is one sample; sets
 * are independent, hence allocated whole. It costs one sign per parameter, nothing is decomposed or stored but s.
 * Queries: K or 2K. Target: the gradient, with a bias of order σ² that vanishes for linear losses and, with pairs, for
 * quadratic ones. For a linear loss with gradient g and pairs or the clean loss as baseline, tr Cov = (d/K − 1)‖g‖² per
 * set.
 *
 * <p>Reference: Choromanski et al., <em>Structured Evolution with Compact Architectures for Scalable Policy
 * Optimization</em>, ICML 2018. Deviation: one random diagonal.
 *
 * @param size K, at least 1
 */
public record HadamardDirections(int size) implements Directions {
    /** Checks the range. */
    public HadamardDirections {
        if (size < 1) {
            throw new IllegalArgumentException("size = " + size + ", expected >= 1");
        }
    }

    @Override
    public String name() {
        return "hadamard";
    }

    @Override
    public int perSample(int dimension) {
        int block = Integer.lowestOneBit(dimension);
        // The first K rows are orthogonal over d columns if they are over each block of 2^j >= K columns.
        if (Integer.highestOneBit(2 * size - 1) > block) {
            throw new IllegalArgumentException("size = " + size + " Hadamard directions in " + dimension
                    + " dimensions, expected <= " + block + ", the largest power of 2 that divides the dimension");
        }
        return size;
    }

    @Override
    public double factor(int dimension) {
        return 1.0 / size;
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        perSample(parameters.dimension());
        return new Source(ops, parameters.dimension());
    }

    /** Keeps the signs of the last set. */
    private static final class Source implements DirectionSource {
        private final TensorOps ops;
        private final Tensor signs;
        private @Nullable NoiseAddress held;

        Source(TensorOps ops, int dimension) {
            this.ops = ops;
            this.signs = Tensor.zeros(1, dimension);
        }

        @Override
        public void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
            if (!sample.equals(held)) {
                ops.noise().noiseInto(Distribution.RADEMACHER, sample, signs);
                held = sample;
            }
            int d = signs.elements();
            float[] s = signs.array();
            float[] from = x.array();
            float[] to = out.array();
            int begin = x.offset() + xRow * d;
            int target = out.offset() + outRow * d;
            for (int p = 0; p < d; p++) {
                float epsilon = (Integer.bitCount(member & p) & 1) == 0 ? s[p] : -s[p];
                to[target + p] = Math.fma(scale, epsilon, from[begin + p]);
            }
        }
    }
}
