package dev.flops.alloc.estimate;

import dev.flops.api.Objective;

/** A black box that counts its own calls and checks what it is asked. */
final class CountingObjective implements Objective {
    private final Objective objective;
    private long queries;
    private int largestCall;

    CountingObjective(Objective objective) {
        this.objective = objective;
    }

    long queries() {
        return queries;
    }

    int largestCall() {
        return largestCall;
    }

    @Override
    public int dimension() {
        return objective.dimension();
    }

    @Override
    public int examples() {
        return objective.examples();
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        if (points.length != losses.length * dimension() || examples.length != losses.length) {
            throw new AssertionError(points.length + " values and " + examples.length + " examples for " + losses.length
                    + " losses of dimension " + dimension());
        }
        queries += losses.length;
        largestCall = Math.max(largestCall, losses.length);
        objective.evaluate(points, examples, losses);
    }
}
