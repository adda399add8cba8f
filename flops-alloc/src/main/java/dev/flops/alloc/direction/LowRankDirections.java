package dev.flops.alloc.direction;

import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Independent directions of low rank per weight matrix (EGGROLL): an m × n parameter moves along
 *
 * <pre>
 *   ε = A Bᵀ / √r     A (m, r), B (n, r) standard normal
 * </pre>
 *
 * where m is the first extent of its shape and n the product of the others; parameters with one axis move along N(0, I). A
 * direction is (m + n) r numbers in place of m n.
 *
 * <p>E[ε] = 0 and E[ε εᵀ] = I, third moments are 0. Queries: as the difference. Target: the gradient, with a bias of order σ²
 * that vanishes for linear and quadratic losses (the smoothing density is not Gaussian; it tends to one as r grows). For
 * a linear loss with gradients G_b of blocks b, and pairs or the clean loss as baseline,
 *
 * <pre>
 *   tr Cov = Σ_b (d + 1 + 2 (m_b + n_b + 1)/r) ‖G_b‖²     without the fraction for blocks of one axis
 * </pre>
 *
 * <p>Reference: Sarkar et al., <em>Evolution Strategies at the Hyperscale</em>, 2025 (arXiv 2511.16652).
 *
 * @param rank r, at least 1
 */
public record LowRankDirections(int rank) implements Directions {
    /** Checks the range. */
    public LowRankDirections {
        if (rank < 1) {
            throw new IllegalArgumentException("rank = " + rank + ", expected >= 1");
        }
    }

    @Override
    public String name() {
        return "low-rank";
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return new Source(ops, parameters.list(), rank);
    }

    /** Keeps the factors of the last direction: those of all parameters one after the other, each A before B. */
    private static final class Source implements DirectionSource {
        private final TensorOps ops;
        private final List<Parameter> entries;
        private final int rank;
        private final float root;
        private final Tensor factors;
        private @Nullable NoiseAddress held;

        Source(TensorOps ops, List<Parameter> entries, int rank) {
            this.ops = ops;
            this.entries = entries;
            this.rank = rank;
            this.root = (float) (1 / StrictMath.sqrt((double) rank));
            int numbers = 0;
            for (Parameter entry : entries) {
                numbers = Math.addExact(numbers, numbers(entry));
            }
            this.factors = Tensor.zeros(numbers);
        }

        private static int rows(Parameter entry) {
            return entry.shape().size() < 2 ? 1 : entry.shape().getFirst();
        }

        private int numbers(Parameter entry) {
            return entry.shape().size() < 2
                    ? entry.length()
                    : Math.multiplyExact(rank, Math.addExact(rows(entry), entry.length() / rows(entry)));
        }

        @Override
        public void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
            if (!sample.equals(held)) {
                ops.noise().noiseInto(Distribution.GAUSSIAN, sample, factors);
                held = sample;
            }
            int d = x.elements() / x.shape().extent(0);
            int from = x.offset() + xRow * d;
            int to = out.offset() + outRow * d;
            int first = 0;
            for (Parameter entry : entries) {
                if (entry.shape().size() < 2) {
                    addVector(entry, first, scale, x.array(), from, out.array(), to);
                } else {
                    addMatrix(entry, first, scale, x.array(), from, out.array(), to);
                }
                first += numbers(entry);
            }
        }

        private void addVector(Parameter entry, int first, float scale, float[] x, int from, float[] out, int to) {
            for (int e = 0; e < entry.length(); e++) {
                int p = entry.offset() + e;
                out[to + p] = Math.fma(scale, factors.array()[first + e], x[from + p]);
            }
        }

        private void addMatrix(Parameter entry, int first, float scale, float[] x, int from, float[] out, int to) {
            float[] f = factors.array();
            int rows = rows(entry);
            int columns = entry.length() / rows;
            int p = entry.offset();
            for (int row = 0; row < rows; row++) {
                int a = first + row * rank;
                for (int column = 0; column < columns; column++, p++) {
                    int b = first + (rows + column) * rank;
                    float dot = 0;
                    for (int s = 0; s < rank; s++) {
                        dot = Math.fma(f[a + s], f[b + s], dot);
                    }
                    out[to + p] = Math.fma(scale, root * dot, x[from + p]);
                }
            }
        }
    }
}
