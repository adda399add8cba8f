package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.alloc.direction.Directions;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;
import dev.flops.verify.support.TestSeeds;

/**
 * Rademacher directions that a test chooses: bit p of {@code patterns[k]} is the sign of ε_k[p]. All sign vectors of all
 * samples can be run through an estimator, so that its moments are exact.
 */
final class ChosenSigns implements Directions {
    private final int[] patterns;

    ChosenSigns(int samples) {
        patterns = new int[samples];
    }

    /** Exact moments of the estimate of one example with n samples: a mean of d values and tr Cov. */
    record Moments(double[] mean, double variance) {}

    /** Runs all 2^(d n) combinations in step 1 of an estimator that uses these directions. */
    Moments enumerate(GradientEstimator estimator, int example) {
        int d = estimator.parameters().dimension();
        int bits = d * patterns.length;
        double[] mean = new double[d];
        double second = 0;
        for (int combination = 0; combination < 1 << bits; combination++) {
            choose(combination, d);
            float[] gradient = estimator
                    .begin(1, new int[] {example}, TestSeeds.key("chosen signs"), new CostLedger())
                    .estimate(Allocation.of(patterns.length))
                    .gradient();
            for (int p = 0; p < d; p++) {
                mean[p] += StrictMath.scalb((double) gradient[p], -bits);
                second += StrictMath.scalb((double) gradient[p] * gradient[p], -bits);
            }
        }
        for (double value : mean) {
            second -= value * value;
        }
        return new Moments(mean, second);
    }

    /** Bits 0 .. d − 1 for the first sample, and so on. */
    void choose(int combination, int dimension) {
        for (int k = 0; k < patterns.length; k++) {
            patterns[k] = (combination >> (k * dimension)) & ((1 << dimension) - 1);
        }
    }

    @Override
    public String name() {
        return "chosen signs";
    }

    @Override
    public int perSample(int dimension) {
        return 1;
    }

    @Override
    public double factor(int dimension) {
        return 1;
    }

    @Override
    public double squaredNorm(int dimension) {
        return dimension;
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public DirectionSource source(TensorOps ops, Parameters parameters) {
        return (sample, member, scale, x, xRow, out, outRow) -> {
            int d = x.shape().extent(1);
            for (int p = 0; p < d; p++) {
                float sign = (patterns[sample.sample()] >> p & 1) == 0 ? 1 : -1;
                out.array()[outRow * d + p] = Math.fma(scale, sign, x.array()[xRow * d + p]);
            }
        };
    }
}
