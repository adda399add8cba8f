package dev.flops.alloc.direction;

import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sparse coordinate-wise differences (CGE): each sample takes the unit vectors of K coordinates, drawn anew without
 * replacement from all d, with c = d/K,
 *
 * <pre>
 *   g_j = (d/K) (ℓ(θ + σe_j) − ℓ(θ − σe_j)) / (2σ)   for the K chosen j, 0 elsewhere
 * </pre>
 *
 * or the forward difference. Every coordinate is chosen with probability K/d, so that c Σ E[e_j e_jᵀ] = I.
 *
 * <p>Queries: K or 2K. Target: the gradient, with a bias of order σ² for pairs. For a linear loss with gradient g and
 * pairs or the clean loss as baseline, tr Cov = (d/K − 1)‖g‖² per sample, as of K orthonormal directions.
 *
 * <p>The coordinates are drawn with Floyd's algorithm from the address of the sample and held in ascending order.
 *
 * <p>References: Chen et al., <em>DeepZero: Scaling up Zeroth-Order Optimization for Deep Model Training</em>, ICLR 2024;
 * Bentley and Floyd, <em>A sample of brilliance</em>, Communications of the ACM 30, 1987. Deviation: DeepZero chooses coordinates
 * by pruning and shares them among the examples of a step, which leaves the others without a gradient; here they are drawn
 * uniformly, per sample, so that the estimate is unbiased and samples are independent.
 *
 * @param size K, at least 1
 */
public record RandomCoordinateDirections(int size) implements Directions {
    /** Checks the range. */
    public RandomCoordinateDirections {
        if (size < 1) {
            throw new IllegalArgumentException("size = " + size + ", expected >= 1");
        }
    }

    @Override
    public String name() {
        return "random-coordinates";
    }

    @Override
    public int perSample(int dimension) {
        if (size > dimension) {
            throw new IllegalArgumentException(
                    "size = " + size + " coordinates of " + dimension + ", expected <= " + dimension);
        }
        return size;
    }

    @Override
    public double factor(int dimension) {
        return (double) dimension / size;
    }

    @Override
    public double squaredNorm(int dimension) {
        return 1;
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        perSample(parameters.dimension());
        return new Source(parameters.dimension(), size);
    }

    /** Keeps the coordinates of the last sample. */
    private static final class Source implements DirectionSource {
        private final int dimension;
        private final int[] chosen;
        private @Nullable NoiseAddress held;

        Source(int dimension, int size) {
            this.dimension = dimension;
            this.chosen = new int[size];
        }

        @Override
        public void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
            if (!sample.equals(held)) {
                choose(sample);
                held = sample;
            }
            Rows.copy(x, xRow, out, outRow);
            out.array()[out.offset() + outRow * dimension + chosen[member]] += scale;
        }

        /** For j = d − K .. d − 1 a number t of 0 .. j, or j itself where t is taken; ascending. */
        private void choose(NoiseAddress sample) {
            for (int k = 0; k < chosen.length; k++) {
                int last = dimension - chosen.length + k;
                long bits = sample.key().bits(k, sample.counter1());
                int found = (int) Long.remainderUnsigned(bits, last + 1L);
                int at = Arrays.binarySearch(chosen, 0, k, found);
                if (at >= 0) {
                    // Larger than all that are held.
                    chosen[k] = last;
                } else {
                    int insert = -at - 1;
                    System.arraycopy(chosen, insert, chosen, insert + 1, k - insert);
                    chosen[insert] = found;
                }
            }
        }
    }
}
