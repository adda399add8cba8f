package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.alloc.direction.Directions;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;

/** Gaussian directions that a test chooses: the nodes of a rule of quadrature, so that moments of an estimate are exact. */
final class ChosenVectors implements Directions {
    private double[] vectors = new double[0];

    /** ε of sample 0, then of sample 1, and so on. */
    void choose(double[] chosen) {
        vectors = chosen.clone();
    }

    @Override
    public String name() {
        return "chosen vectors";
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.SMOOTHED_GRADIENT;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return (sample, member, scale, x, xRow, out, outRow) -> {
            int d = parameters.dimension();
            for (int p = 0; p < d; p++) {
                float value = x.array()[x.offset() + xRow * d + p];
                float direction = (float) vectors[sample.sample() * d + p];
                out.array()[out.offset() + outRow * d + p] = Math.fma(scale, direction, value);
            }
        };
    }
}
