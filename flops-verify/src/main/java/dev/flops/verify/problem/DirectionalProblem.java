package dev.flops.verify.problem;

import dev.flops.api.DirectionalObjective;

/**
 * A problem that answers with directional derivatives, ∇ℓ_i(θ)·ε by its gradient, for estimators that need a Jacobian-vector
 * product.
 *
 * @param problem the losses and their gradients
 */
public record DirectionalProblem(SmoothProblem problem) implements DirectionalObjective {
    @Override
    public int dimension() {
        return problem.dimension();
    }

    @Override
    public int examples() {
        return problem.examples();
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        problem.evaluate(points, examples, losses);
    }

    @Override
    public void evaluateAlong(float[] point, float[] directions, int[] examples, float[] losses, float[] derivatives) {
        int d = dimension();
        float[] points = new float[examples.length * d];
        double[] theta = new double[d];
        for (int p = 0; p < d; p++) {
            theta[p] = point[p];
        }
        double[][] gradients = new double[examples()][];
        for (int q = 0; q < examples.length; q++) {
            System.arraycopy(point, 0, points, q * d, d);
            if (gradients[examples[q]] == null) {
                gradients[examples[q]] = problem.gradient(theta, examples[q]);
            }
            double sum = 0;
            for (int p = 0; p < d; p++) {
                sum += gradients[examples[q]][p] * directions[q * d + p];
            }
            derivatives[q] = (float) sum;
        }
        problem.evaluate(points, examples, losses);
    }
}
