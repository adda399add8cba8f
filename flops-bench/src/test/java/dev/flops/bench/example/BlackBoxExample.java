package dev.flops.bench.example;

import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.Distribution;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.QueryBudget;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;

/** Any function from (parameters, example) to a loss can be trained: here a spring's stiffness and damping are found. */
final class BlackBoxExample {
    private BlackBoxExample() {}

    public static void main(String[] args) {
        float[] theta = fit();
        System.out.printf("stiffness %.3f, damping %.3f%n", theta[0], theta[1]);
    }

    static float[] fit() {
        Parameters parameters = Parameters.ofVector(1f, 1f);
        var estimator = new ParameterEstimator(
                new Spring(),
                parameters,
                TensorOps.of(SimdWidth.AUTO),
                new ParameterEstimatorConfig(SamplingScheme.ANTITHETIC, Distribution.GAUSSIAN, 0.01f, 1024));

        // Each step asks the simulation 128 times: 4 pairs for each of 16 moments on average.
        new Trainer(
                        new TrainingConfig(400, 16, new QueryBudget(128), 1, 1),
                        Spring.MOMENTS,
                        estimator,
                        new NeymanAllocator(),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()),
                        new CosineSchedule(0.05, 0, 0),
                        new VarianceMemory(Spring.MOMENTS, 0.5))
                .run(step -> true);
        return parameters.values();
    }

    /** Example i is the position of a damped spring at a moment; its loss is the squared error of a simulation. */
    private static final class Spring implements Objective {
        static final int MOMENTS = 64;
        private static final double STIFFNESS = 2.5;
        private static final double DAMPING = 0.3;

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public int examples() {
            return MOMENTS;
        }

        @Override
        public void evaluate(float[] points, int[] examples, float[] losses) {
            for (int q = 0; q < losses.length; q++) {
                double found = position(points[2 * q], points[2 * q + 1], examples[q]);
                double wanted = position(STIFFNESS, DAMPING, examples[q]);
                losses[q] = (float) ((found - wanted) * (found - wanted));
            }
        }

        private static double position(double stiffness, double damping, int moment) {
            double x = 1;
            double velocity = 0;
            for (int i = 0; i < 5 * moment; i++) {
                velocity -= 0.01 * (stiffness * x + damping * velocity);
                x += 0.01 * velocity;
            }
            return x;
        }
    }
}
