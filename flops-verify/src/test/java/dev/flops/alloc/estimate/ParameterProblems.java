package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.ExponentialProblem;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.QuadraticProblem;
import dev.flops.verify.problem.RidgeProblem;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.support.TestSeeds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Four closed-form problems in ten dimensions with three examples, and estimators on them. */
final class ParameterProblems {
    static final int DIMENSION = 10;
    static final float SIGMA = 0.25f;
    static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);
    private static final int EXAMPLES = 3;
    private static final float[] POINT = {0.5f, -0.25f, 0.75f, 0.125f, -0.5f, 0.25f, 0, -0.75f, 1, 0.375f};

    private ParameterProblems() {}

    static Map<String, SmoothProblem> all() {
        SplittableRandom random = TestSeeds.problems("parameter problems");
        Map<String, SmoothProblem> problems = new LinkedHashMap<>();
        double[] offsets = {0.3, -0.2, 0.1};
        problems.put("linear", new LinearProblem(offsets, rows(random)));
        double[][] hessian = new double[DIMENSION][DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            for (int j = 0; j <= i; j++) {
                hessian[i][j] = random.nextDouble(-0.5, 0.5);
                hessian[j][i] = hessian[i][j];
            }
        }
        problems.put("quadratic", new QuadraticProblem(offsets, rows(random), hessian));
        problems.put("exponential", new ExponentialProblem(rows(random)));
        problems.put("logistic", RidgeProblem.logistic(rows(random)));
        return problems;
    }

    private static double[][] rows(SplittableRandom random) {
        double[][] rows = new double[EXAMPLES][DIMENSION];
        for (double[] row : rows) {
            for (int p = 0; p < DIMENSION; p++) {
                row[p] = random.nextDouble(-0.6, 0.6);
            }
        }
        return rows;
    }

    static Parameters point() {
        return Parameters.ofVector(POINT);
    }

    static double[] theta() {
        double[] theta = new double[DIMENSION];
        for (int p = 0; p < DIMENSION; p++) {
            theta[p] = POINT[p];
        }
        return theta;
    }

    static ParameterEstimator estimator(
            Objective objective, Distribution distribution, SamplingScheme scheme, EstimatorRules rules) {
        return new ParameterEstimator(
                objective, point(), OPS, new ParameterEstimatorConfig(scheme, distribution, SIGMA, 64), rules);
    }

    /** Mean over the batch of the smoothed gradients. */
    static double[] smoothedGradient(SmoothProblem problem, int[] examples) {
        double[] mean = new double[DIMENSION];
        for (int example : examples) {
            double[] gradient = problem.smoothedGradient(theta(), example, SIGMA);
            for (int p = 0; p < DIMENSION; p++) {
                mean[p] += gradient[p] / examples.length;
            }
        }
        return mean;
    }
}
