package dev.flops.alloc.estimate;

import dev.flops.api.Parameters;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.SiteVariances;
import dev.flops.verify.support.MemoryExamples;
import dev.flops.verify.support.TestSeeds;
import java.util.SplittableRandom;

/**
 * A linear layer over two tokens with a loss that is linear in its outputs, ℓ_i = c_i + Σ Δ_i·a: all that a site has, and nothing behind
 * it that curves.
 */
record LinearSuffix(Network network, MemoryExamples data, float[][] slopes, float[] offsets) implements BatchLoss {
    static final int TOKENS = 2;
    static final int FEATURES = 2;
    static final int INPUTS = 2;
    static final int ACTIVATIONS = TOKENS * FEATURES;
    static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);
    private static final int EXAMPLES = 3;

    static LinearSuffix create() {
        NetworkBuilder b = new NetworkBuilder(9);
        Linear first = new Linear(b, "first", INPUTS, FEATURES, Initializer.normal(0.6));
        Network network = b.build(
                "linear-suffix",
                Shape.of(TOKENS, INPUTS),
                ACTIVATIONS,
                (context, x) -> context.reshape(first.forward(context, x), ACTIVATIONS));
        SplittableRandom random = TestSeeds.problems("linear suffix");
        float[][] slopes = new float[EXAMPLES][ACTIVATIONS];
        float[] offsets = new float[EXAMPLES];
        for (int i = 0; i < EXAMPLES; i++) {
            offsets[i] = (float) random.nextDouble(-1, 1);
            for (int e = 0; e < ACTIVATIONS; e++) {
                slopes[i][e] = (float) random.nextDouble(-1, 1);
            }
        }
        return new LinearSuffix(network, MemoryExamples.random(EXAMPLES, 2, random, TOKENS, INPUTS), slopes, offsets);
    }

    ActivationEstimator estimator(SiteEstimatorFactory factory) {
        return estimator(factory, ActivationRules.RIGHT);
    }

    ActivationEstimator estimator(SiteEstimatorFactory factory, ActivationRules rules) {
        return new ActivationEstimator(
                network,
                parameters(),
                data,
                this,
                OPS,
                Workers.callingThread(),
                new ActivationEstimatorConfig(factory),
                rules);
    }

    Parameters parameters() {
        return network.parameters();
    }

    /** H = [x 1]. */
    double[][] operands(int example) {
        double[][] h = new double[TOKENS][INPUTS + 1];
        for (int t = 0; t < TOKENS; t++) {
            for (int k = 0; k < INPUTS; k++) {
                h[t][k] = data.features()[example][t * INPUTS + k];
            }
            h[t][INPUTS] = 1;
        }
        return h;
    }

    /** The closed forms of an example. */
    SiteVariances variances(int example) {
        double[][] delta = new double[TOKENS][FEATURES];
        for (int e = 0; e < ACTIVATIONS; e++) {
            delta[e / FEATURES][e % FEATURES] = slopes[example][e];
        }
        return new SiteVariances(delta, operands(example));
    }

    /** ΔᵀH in the layout of the parameters: the weights (m, k), then the biases. */
    double[] gradient(int example) {
        double[][] h = operands(example);
        double[] gradient = new double[FEATURES * (INPUTS + 1)];
        for (int f = 0; f < FEATURES; f++) {
            for (int k = 0; k <= INPUTS; k++) {
                int at = k < INPUTS ? f * INPUTS + k : FEATURES * INPUTS + f;
                for (int t = 0; t < TOKENS; t++) {
                    gradient[at] += slopes[example][t * FEATURES + f] * h[t][k];
                }
            }
        }
        return gradient;
    }

    @Override
    public Clean at(int[] examples, Tensor outputs) {
        int[] positions = new int[examples.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i;
        }
        float[] losses = new float[examples.length];
        answer(examples, outputs, positions, losses, 0);
        return new Clean() {
            @Override
            public float[] losses() {
                return losses;
            }

            @Override
            public float[] errorNorms() {
                return new float[0];
            }

            @Override
            public void perturbedInto(Tensor perturbed, int[] at, float[] out, int offset, Workspace workspace) {
                answer(examples, perturbed, at, out, offset);
            }

            @Override
            public long flopsPerRow() {
                return 2 * ACTIVATIONS;
            }
        };
    }

    private void answer(int[] examples, Tensor outputs, int[] positions, float[] losses, int offset) {
        for (int row = 0; row < positions.length; row++) {
            int example = examples[positions[row]];
            double sum = offsets[example];
            for (int e = 0; e < ACTIVATIONS; e++) {
                sum += (double) slopes[example][e] * outputs.array()[outputs.offset() + row * ACTIVATIONS + e];
            }
            losses[offset + row] = (float) sum;
        }
    }
}
