package dev.flops.alloc.direction;

import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;

/**
 * Independent Gaussian directions, ε ~ N(0, I): evolution strategies (ES) and Gaussian smoothing.
 *
 * <p>Target: the gradient of the smoothed loss, exactly. For a linear loss with gradient g and pairs or the clean loss as
 * baseline, tr Cov = (d + 1)‖g‖² per sample.
 *
 * <p>Reference: Nesterov and Spokoiny, <em>Random Gradient-Free Minimization of Convex Functions</em>, 2017.
 */
public record GaussianDirections() implements Directions {
    @Override
    public String name() {
        return "gaussian-smoothing";
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.SMOOTHED_GRADIENT;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return (sample, member, scale, x, xRow, out, outRow) ->
                ops.noise().addNoiseToRowInto(Distribution.GAUSSIAN, sample, scale, x, xRow, out, outRow);
    }
}
