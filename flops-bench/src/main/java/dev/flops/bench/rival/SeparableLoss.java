package dev.flops.bench.rival;

import dev.flops.bench.blackbox.QueryMeter;

/**
 * The mean of losses that examples have each for itself.
 *
 * @param objective the black box, with its budget
 */
public record SeparableLoss(QueryMeter objective) implements MeteredLoss {
    @Override
    public int dimension() {
        return objective.dimension();
    }

    @Override
    public int examples() {
        return objective.examples();
    }

    @Override
    public long remaining() {
        return objective.remaining();
    }

    @Override
    public double[] means(float[] points, int[] examples) {
        int d = dimension();
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
