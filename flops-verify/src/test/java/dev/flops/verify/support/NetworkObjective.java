package dev.flops.verify.support;

import dev.flops.api.Objective;

/** The loss of a network as a black box, answered by the oracle. */
public record NetworkObjective(NetworkCase problem) implements Objective {
    @Override
    public int dimension() {
        return problem.network().parameters().dimension();
    }

    @Override
    public int examples() {
        return problem.data().size();
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        int d = dimension();
        double[] theta = new double[d];
        for (int q = 0; q < losses.length; q++) {
            for (int p = 0; p < d; p++) {
                theta[p] = points[q * d + p];
            }
            losses[q] = (float) OracleMath.crossEntropy(
                    problem.oracle().logits(theta, problem.features(examples[q]), OracleNetwork.NONE),
                    problem.data().label(examples[q]));
        }
    }
}
