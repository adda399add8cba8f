package dev.flops.alloc.direction;

import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import org.jspecify.annotations.Nullable;

/**
 * Sets of K orthogonal directions of length √d, uniform among all such sets: Gaussian vectors made orthonormal by
 * Gram–Schmidt (a QR decomposition with positive diagonal) and scaled, ε_k = √d u_k, c = 1/K, so that
 *
 * <pre>
 *   g = (d/K) Σ_k (u_k·∇ℓ) u_k    for a linear loss
 * </pre>
 *
 * <p>A set is one sample; sets are independent, hence allocated whole. Each direction alone is uniform on the sphere.
 * Queries: K or 2K. Target: the gradient, with a bias of order σ² that vanishes for linear and quadratic losses. For a
 * linear loss with gradient g and pairs or the clean loss as baseline, tr Cov = (d/K − 1)‖g‖² per set; 0 for K = d.
 *
 * <p>Reference: Choromanski et al., <em>Structured Evolution with Compact Architectures for Scalable Policy
 * Optimization</em>, ICML 2018. Deviation: all directions have length √d, where the reference keeps Gaussian lengths.
 *
 * <p>A set takes K d doubles and K² d operations; see {@link HadamardDirections} for large d.
 *
 * @param size K, in [1, {@value NoiseAddress#MAX_SITES}]
 */
public record OrthonormalDirections(int size) implements Directions {
    /** Checks the range. */
    public OrthonormalDirections {
        if (size < 1 || size > NoiseAddress.MAX_SITES) {
            throw new IllegalArgumentException("size = " + size + ", expected 1 <= size <= " + NoiseAddress.MAX_SITES);
        }
    }

    @Override
    public String name() {
        return "orthonormal";
    }

    @Override
    public int perSample(int dimension) {
        if (size > dimension) {
            throw new IllegalArgumentException(
                    "size = " + size + " orthonormal directions, expected <= " + dimension + ", the dimension");
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
        return new Source(ops, perSample(parameters.dimension()), parameters.dimension());
    }

    /** Keeps the last set. */
    private static final class Source implements DirectionSource {
        private final TensorOps ops;
        private final Tensor gaussian;
        private final double[][] basis;
        private final float[][] set;
        private @Nullable NoiseAddress held;

        Source(TensorOps ops, int size, int dimension) {
            this.ops = ops;
            this.gaussian = Tensor.zeros(1, dimension);
            this.basis = new double[size][dimension];
            this.set = new float[size][dimension];
        }

        @Override
        public void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
            if (!sample.equals(held)) {
                draw(sample);
                held = sample;
            }
            Rows.add(scale, set[member], 0, x, xRow, out, outRow);
        }

        private void draw(NoiseAddress sample) {
            for (int k = 0; k < basis.length; k++) {
                NoiseAddress member = new NoiseAddress(sample.key(), k, sample.sample());
                ops.noise().noiseInto(Distribution.GAUSSIAN, member, gaussian);
                for (int p = 0; p < basis[k].length; p++) {
                    basis[k][p] = gaussian.array()[p];
                }
            }
            GramSchmidt.orthonormaliseInPlace(basis);
            double length = StrictMath.sqrt((double) gaussian.elements());
            for (int k = 0; k < basis.length; k++) {
                for (int p = 0; p < basis[k].length; p++) {
                    set[k][p] = (float) (length * basis[k][p]);
                }
            }
        }
    }
}
