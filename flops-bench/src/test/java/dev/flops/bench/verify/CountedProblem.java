package dev.flops.bench.verify;

import dev.flops.alloc.estimate.BatchLoss;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import dev.flops.verify.problem.SmoothProblem;

/**
 * A black box that counts its own queries, whether it is asked for losses at points or, as a loss of a network, for those of
 * outputs. From a given query on, all losses are NaN.
 */
final class CountedProblem implements SmoothProblem, BatchLoss {
    private final SmoothProblem problem;
    private final long sound;
    private long queries;

    /** Answers {@code sound} queries rightly. */
    CountedProblem(SmoothProblem problem, long sound) {
        this.problem = problem;
        this.sound = sound;
    }

    long queries() {
        return queries;
    }

    private float answered(float loss) {
        return queries++ < sound ? loss : Float.NaN;
    }

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
        for (int q = 0; q < losses.length; q++) {
            losses[q] = answered(losses[q]);
        }
    }

    @Override
    public double loss(double[] theta, int example) {
        return problem.loss(theta, example);
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        return problem.gradient(theta, example);
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        return problem.smoothedGradient(theta, example, sigma);
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        return problem.sampleVariance(theta, example, sigma, scheme);
    }

    /** The first output is the loss. */
    @Override
    public Clean at(int[] examples, Tensor outputs) {
        float[] losses = new float[examples.length];
        answer(outputs, losses, 0);
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
            public void perturbedInto(Tensor perturbed, int[] positions, float[] out, int offset, Workspace workspace) {
                answer(perturbed, out, offset);
            }

            @Override
            public long flopsPerRow() {
                return 0;
            }
        };
    }

    private void answer(Tensor outputs, float[] losses, int offset) {
        int width = outputs.shape().extent(1);
        for (int row = 0; row < outputs.shape().extent(0); row++) {
            losses[offset + row] = answered(outputs.array()[outputs.offset() + row * width]);
        }
    }
}
