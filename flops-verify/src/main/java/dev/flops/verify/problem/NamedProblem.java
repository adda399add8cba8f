package dev.flops.verify.problem;

import dev.flops.api.Parameters;

/**
 * A problem with a name and a point to estimate gradients at.
 *
 * @param name short name, for reports and command lines
 * @param problem the losses
 * @param point θ, d values, copied
 */
public record NamedProblem(String name, SmoothProblem problem, float[] point) {
    /** Copies the point and checks its length. */
    public NamedProblem {
        if (point.length != problem.dimension()) {
            throw new IllegalArgumentException(
                    "point.length = " + point.length + ", expected " + problem.dimension() + " as " + name + " takes");
        }
        point = point.clone();
    }

    /**
     * The point.
     *
     * @return a copy
     */
    @Override
    public float[] point() {
        return point.clone();
    }

    /**
     * The point as parameters that an estimator can be given.
     *
     * @return new parameters
     */
    public Parameters parameters() {
        return Parameters.ofVector(point.clone());
    }

    /**
     * The point in double precision.
     *
     * @return a new vector
     */
    public double[] theta() {
        double[] theta = new double[point.length];
        for (int p = 0; p < theta.length; p++) {
            theta[p] = point[p];
        }
        return theta;
    }

    @Override
    public String toString() {
        return name;
    }
}
