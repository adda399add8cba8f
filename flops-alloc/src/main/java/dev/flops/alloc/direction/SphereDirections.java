package dev.flops.alloc.direction;

import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import org.jspecify.annotations.Nullable;

/**
 * Independent directions, uniform on the sphere of radius √d: ε = √d z/‖z‖ with z ~ N(0, I).
 *
 * <p>Target: the gradient, with a bias of order σ² that vanishes for linear and quadratic losses (exactly the gradient of
 * the loss averaged over a ball of radius σ√d). For a linear loss with gradient g and pairs or the clean loss as baseline,
 * tr Cov = (d − 1)‖g‖² per sample.
 *
 * <p>Reference: Flaxman, Kalai, McMahan, <em>Online convex optimization in the bandit setting</em>, SODA 2005. Deviation:
 * radius √d, so that σ means the same as for Gaussian directions.
 */
public record SphereDirections() implements Directions {
    @Override
    public String name() {
        return "sphere-smoothing";
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return new Source(ops, parameters.dimension());
    }

    /** Keeps the last direction: both halves of a pair need it. */
    private static final class Source implements DirectionSource {
        private final TensorOps ops;
        private final Tensor epsilon;
        private @Nullable NoiseAddress held;

        Source(TensorOps ops, int dimension) {
            this.ops = ops;
            this.epsilon = Tensor.zeros(1, dimension);
        }

        @Override
        public void addInto(NoiseAddress sample, int member, float scale, Tensor x, int xRow, Tensor out, int outRow) {
            if (!sample.equals(held)) {
                draw(sample);
                held = sample;
            }
            Rows.add(scale, epsilon.array(), 0, x, xRow, out, outRow);
        }

        /** z = 0, possible in one dimension alone with probability 2⁻³¹ or less, counts as the first unit vector. */
        private void draw(NoiseAddress sample) {
            ops.noise().noiseInto(Distribution.GAUSSIAN, sample, epsilon);
            float[] z = epsilon.array();
            double square = 0;
            for (float value : z) {
                square += (double) value * value;
            }
            if (square == 0) {
                z[0] = 1;
                square = 1;
            }
            double factor = StrictMath.sqrt(z.length / square);
            for (int p = 0; p < z.length; p++) {
                z[p] = (float) (factor * z[p]);
            }
        }
    }
}
