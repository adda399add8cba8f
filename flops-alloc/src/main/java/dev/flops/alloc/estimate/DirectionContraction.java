package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Adds weighted directions up, regenerating each: S_i = Σ_k Σ_m scale w_ikm ε_ikm is one chain over the directions of an
 * example, ĝ = Σ_i S_i one chain over the examples.
 */
final class DirectionContraction {
    private final DirectionSource directions;
    private final IntUnaryOperator contraction;
    private final int directionsPerSample;
    private final Tensor sum;
    private final float[] gradient;

    DirectionContraction(
            DirectionSource directions, IntUnaryOperator contraction, int dimension, int directionsPerSample) {
        this.directions = directions;
        this.contraction = contraction;
        this.directionsPerSample = directionsPerSample;
        this.sum = Tensor.zeros(1, dimension);
        this.gradient = new float[dimension];
    }

    /** Adds S_i; weights are those of the example's directions, sample by sample. */
    void addExample(SamplePlan plan, int i, float[] weights, double scale) {
        Arrays.fill(sum.array(), 0f);
        for (int k = 0; k < plan.samples(i); k++) {
            NoiseAddress sample = NoiseAddress.of(
                    RandomKey.ofWords(plan.key(i)), contraction.applyAsInt(NoiseAddress.counter1(0, k)));
            for (int m = 0; m < directionsPerSample; m++) {
                float weight = weights[k * directionsPerSample + m];
                directions.addInto(sample, m, (float) (scale * weight), sum, 0, sum, 0);
            }
        }
        float[] example = sum.array();
        for (int p = 0; p < gradient.length; p++) {
            gradient[p] += example[p];
        }
    }

    float[] gradient() {
        return gradient;
    }

    /** Operations that add so many directions, each with a factor, to vectors: two an entry. Drawing them is not counted. */
    static long flops(Parameters parameters, long count) {
        return 2L * parameters.dimension() * count;
    }

    static double sumOfSquares(float[] weights) {
        double sum = 0;
        for (float weight : weights) {
            sum += (double) weight * weight;
        }
        return sum;
    }
}
