package dev.flops.alloc.direction;

import dev.flops.api.Distribution;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;

/**
 * Independent Rademacher directions, ε uniform in {−1, +1}^d: simultaneous perturbation stochastic approximation (SPSA).
 *
 * <p>Target: the gradient, with a bias of order σ² that vanishes for linear and quadratic losses. For a linear loss with
 * gradient g and pairs or the clean loss as baseline, tr Cov = (d − 1)‖g‖² per sample.
 *
 * <p>Reference: Spall, <em>Multivariate Stochastic Approximation Using a Simultaneous Perturbation Gradient
 * Approximation</em>, IEEE Transactions on Automatic Control 37(3), 1992. Deviation: ε in place of 1/ε, which is the same
 * for signs.
 */
public record RademacherDirections() implements Directions {
    @Override
    public String name() {
        return "spsa";
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return (sample, member, scale, x, xRow, out, outRow) ->
                ops.noise().addNoiseToRowInto(Distribution.RADEMACHER, sample, scale, x, xRow, out, outRow);
    }
}
