package dev.flops.bench.prompt;

import dev.flops.api.Objective;

/** The mean loss of several points over the same examples. */
final class MeanLoss {
    private MeanLoss() {}

    /** Means of the points (rows, d) over the examples: rows · examples.length queries. */
    static double[] of(Objective objective, float[] points, int[] examples) {
        int d = objective.dimension();
        int rows = points.length / d;
        float[] repeated = new float[rows * examples.length * d];
        int[] asked = new int[rows * examples.length];
        for (int q = 0; q < asked.length; q++) {
            System.arraycopy(points, q / examples.length * d, repeated, q * d, d);
            asked[q] = examples[q % examples.length];
        }
        float[] losses = new float[asked.length];
        objective.evaluate(repeated, asked, losses);
        double[] means = new double[rows];
        for (int q = 0; q < losses.length; q++) {
            means[q / examples.length] += losses[q] / (double) examples.length;
        }
        return means;
    }
}
