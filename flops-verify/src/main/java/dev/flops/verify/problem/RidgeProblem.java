package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.OptionalDouble;

/**
 * Losses that see the parameters through one number, ℓ_i(θ) = f(a_i·θ), f smooth. What a Gaussian perturbation does to
 * them is one-dimensional: with u ~ N(0, 1), z = a·θ and s = σ‖a‖
 *
 * <pre>
 *   ∇ E ℓ(θ + σε) = a E f′(z + s u)        E‖w ε/σ‖² = E[w(u)² (u² + d − 1)] / σ²
 * </pre>
 *
 * and both expectations are computed by Gauss–Hermite quadrature.
 */
public final class RidgeProblem implements SmoothProblem {
    private static final int NODES = 40;

    private final Link link;
    private final double[][] directions;
    private final GaussHermite rule = new GaussHermite(NODES);

    /** A smooth function of one variable with its derivative. */
    public interface Link {
        /**
         * The function.
         *
         * @param z argument
         * @return f(z)
         */
        double value(double z);

        /**
         * Its derivative.
         *
         * @param z argument
         * @return f′(z)
         */
        double derivative(double z);

        /**
         * A bound on |f″|.
         *
         * @return the bound, or empty where there is none or none is known
         */
        default OptionalDouble curvatureBound() {
            return OptionalDouble.empty();
        }
    }

    /**
     * A problem.
     *
     * @param link f
     * @param directions a_i, one row per example, copied
     */
    public RidgeProblem(Link link, double[][] directions) {
        Vectors.requireRectangle("directions", directions);
        this.link = link;
        this.directions = Vectors.copy(directions);
    }

    /**
     * Logistic losses ℓ_i(θ) = ln(1 + exp(−a_i·θ)); a_i is the feature vector times the label ±1. ℓ_i is β-smooth with
     * β = ‖a_i‖²/4.
     *
     * @param directions a_i, one row per example, copied
     * @return the problem
     */
    public static RidgeProblem logistic(double[][] directions) {
        return new RidgeProblem(new LogisticLink(), directions);
    }

    @Override
    public int dimension() {
        return directions[0].length;
    }

    @Override
    public int examples() {
        return directions.length;
    }

    @Override
    public double loss(double[] theta, int example) {
        return link.value(Vectors.dot(directions[example], theta));
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        return Vectors.scaled(link.derivative(Vectors.dot(directions[example], theta)), directions[example]);
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        double z = Vectors.dot(directions[example], theta);
        double s = sigma * norm(example);
        return Vectors.scaled(rule.expectation(u -> link.derivative(z + s * u)), directions[example]);
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        double z = Vectors.dot(directions[example], theta);
        double s = sigma * norm(example);
        double second = rule.expectation(u -> {
            double plus = link.value(z + s * u);
            double w = switch (scheme) {
                case ONE_POINT -> plus;
                case CLEAN_BASELINE -> plus - link.value(z);
                case ANTITHETIC -> (plus - link.value(z - s * u)) / 2;
            };
            return w * w * (u * u + dimension() - 1);
        });
        double[] mean = smoothedGradient(theta, example, sigma);
        return second / (sigma * sigma) - Vectors.dot(mean, mean);
    }

    /**
     * The length of a direction.
     *
     * @param example index of the example
     * @return ‖a_i‖
     */
    public double norm(int example) {
        return StrictMath.sqrt(Vectors.dot(directions[example], directions[example]));
    }

    /** ‖a_i‖² times the bound on |f″|. */
    @Override
    public OptionalDouble smoothness(int example) {
        OptionalDouble bound = link.curvatureBound();
        double square = Vectors.dot(directions[example], directions[example]);
        return bound.isPresent() ? OptionalDouble.of(bound.getAsDouble() * square) : OptionalDouble.empty();
    }

    private static final class LogisticLink implements Link {
        @Override
        public double value(double z) {
            return StrictMath.max(-z, 0) + StrictMath.log1p(StrictMath.exp(-StrictMath.abs(z)));
        }

        @Override
        public double derivative(double z) {
            return -1 / (1 + StrictMath.exp(z));
        }

        @Override
        public OptionalDouble curvatureBound() {
            return OptionalDouble.of(0.25);
        }
    }
}
