package dev.flops.verify.problem;

import dev.flops.api.Objective;
import dev.flops.api.ParameterPoint;
import dev.flops.api.StreamedObjective;

/**
 * Any black box as one that reads its point in pieces, for estimators that never form a perturbed point.
 *
 * @param objective answers the queries, at the point as a whole
 */
public record StreamedProblem(Objective objective) implements StreamedObjective {
    @Override
    public int dimension() {
        return objective.dimension();
    }

    @Override
    public int examples() {
        return objective.examples();
    }

    @Override
    public void evaluate(ParameterPoint point, int[] examples, float[] losses) {
        int d = dimension();
        float[] points = new float[examples.length * d];
        for (int q = 0; q < examples.length; q++) {
            point.readInto(0, d, points, q * d);
        }
        objective.evaluate(points, examples, losses);
    }
}
