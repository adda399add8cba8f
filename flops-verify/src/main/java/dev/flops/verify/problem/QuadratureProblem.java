package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;

/**
 * Any smooth loss of few parameters. Nothing but losses is asked for: gradients come from central differences, and
 * moments over ε ~ N(0, I) from the product of Gauss–Hermite rules,
 *
 * <pre>
 *   ∇ E ℓ(θ + σε) = E[ℓ(θ + σε) ε]/σ        v = E[w² ‖ε‖²]/σ² − ‖∇ E ℓ(θ + σε)‖²
 * </pre>
 *
 * with nodes^d points: exact where ℓ and w²‖ε‖² are polynomials of degree below twice the number of nodes in each
 * variable, and otherwise an approximation whose error a rule with more nodes shows.
 */
public final class QuadratureProblem implements SmoothProblem {
    /** Most points of the product rule. */
    public static final int MAX_POINTS = 10_000_000;

    private final LossFunction losses;
    private final int dimension;
    private final int examples;
    private final GaussHermite rule;

    /**
     * A problem.
     *
     * @param losses ℓ_i
     * @param dimension d, at least 1
     * @param examples number of examples, at least 1
     * @param nodes nodes per variable; nodes^d ≤ {@value #MAX_POINTS}
     */
    public QuadratureProblem(LossFunction losses, int dimension, int examples, int nodes) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension = " + dimension + ", expected >= 1");
        }
        if (examples < 1) {
            throw new IllegalArgumentException("examples = " + examples + ", expected >= 1");
        }
        this.rule = new GaussHermite(nodes);
        if (StrictMath.pow(nodes, dimension) > MAX_POINTS) {
            throw new IllegalArgumentException("nodes ^ dimension = " + nodes + " ^ " + dimension
                    + ", expected at most " + MAX_POINTS + " points");
        }
        this.losses = losses;
        this.dimension = dimension;
        this.examples = examples;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int examples() {
        return examples;
    }

    @Override
    public double loss(double[] theta, int example) {
        return losses.loss(theta, example);
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        return FiniteDifferences.gradient(losses, theta, example);
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        double[] mean = new double[dimension];
        forEachPoint((epsilon, weight) -> {
            double w = weight * losses.loss(moved(theta, epsilon, sigma), example) / sigma;
            for (int p = 0; p < dimension; p++) {
                mean[p] += w * epsilon[p];
            }
        });
        return mean;
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        double clean = losses.loss(theta, example);
        double[] second = new double[1];
        forEachPoint((epsilon, weight) -> {
            double plus = losses.loss(moved(theta, epsilon, sigma), example);
            double w = switch (scheme) {
                case ONE_POINT -> plus;
                case CLEAN_BASELINE -> plus - clean;
                case ANTITHETIC -> (plus - losses.loss(moved(theta, epsilon, -sigma), example)) / 2;
            };
            second[0] += weight * w * w * Vectors.dot(epsilon, epsilon) / (sigma * sigma);
        });
        double[] mean = smoothedGradient(theta, example, sigma);
        return second[0] - Vectors.dot(mean, mean);
    }

    private interface Visitor {
        void visit(double[] epsilon, double weight);
    }

    /** Counts through all combinations of nodes. */
    private void forEachPoint(Visitor visitor) {
        int[] index = new int[dimension];
        double[] epsilon = new double[dimension];
        int position = 0;
        while (position < dimension) {
            double weight = 1;
            for (int p = 0; p < dimension; p++) {
                epsilon[p] = rule.node(index[p]);
                weight *= rule.weight(index[p]);
            }
            visitor.visit(epsilon, weight);
            position = 0;
            while (position < dimension && ++index[position] == rule.nodes()) {
                index[position++] = 0;
            }
        }
    }

    private static double[] moved(double[] theta, double[] epsilon, double sigma) {
        double[] out = theta.clone();
        for (int p = 0; p < out.length; p++) {
            out[p] += sigma * epsilon[p];
        }
        return out;
    }
}
