package dev.flops.verify.problem;

import dev.flops.alloc.estimate.SamplingScheme;

/**
 * Exponential losses ℓ_i(θ) = exp(a_i·θ). With A = ‖a‖², E ℓ(θ + σε) = ℓ e^{σ²A/2}; with M(t) = e^{t²A/2}(d + t²A), the
 * second moment of a sample is (ℓ/σ)² times
 *
 * <pre>
 *   one point: M(2σ)       clean baseline: M(2σ) − 2 M(σ) + d       antithetic: (M(2σ) − d)/2
 * </pre>
 */
public final class ExponentialProblem implements SmoothProblem {
    private final double[][] exponents;

    /**
     * A problem.
     *
     * @param exponents a_i, one row per example, copied
     */
    public ExponentialProblem(double[][] exponents) {
        Vectors.requireRectangle("exponents", exponents);
        this.exponents = Vectors.copy(exponents);
    }

    @Override
    public int dimension() {
        return exponents[0].length;
    }

    @Override
    public int examples() {
        return exponents.length;
    }

    @Override
    public double loss(double[] theta, int example) {
        return StrictMath.exp(Vectors.dot(exponents[example], theta));
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        return Vectors.scaled(loss(theta, example), exponents[example]);
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        double square = Vectors.dot(exponents[example], exponents[example]);
        return Vectors.scaled(StrictMath.exp(sigma * sigma * square / 2), gradient(theta, example));
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        int d = dimension();
        double square = Vectors.dot(exponents[example], exponents[example]);
        double moment = switch (scheme) {
            case ONE_POINT -> moment(2 * sigma, square);
            case CLEAN_BASELINE -> moment(2 * sigma, square) - 2 * moment(sigma, square) + d;
            case ANTITHETIC -> (moment(2 * sigma, square) - d) / 2;
        };
        double scale = loss(theta, example) / sigma;
        double[] mean = smoothedGradient(theta, example, sigma);
        return scale * scale * moment - Vectors.dot(mean, mean);
    }

    /** ℓ tanh(σ a_j)/σ Π_k cosh(σ a_k). */
    @Override
    public double[] rademacherMean(double[] theta, int example, double sigma) {
        double product = loss(theta, example) / sigma;
        double[] mean = new double[dimension()];
        for (int j = 0; j < mean.length; j++) {
            double a = sigma * exponents[example][j];
            product *= StrictMath.cosh(a);
            mean[j] = StrictMath.tanh(a);
        }
        return Vectors.scaled(product, mean);
    }

    private double moment(double t, double square) {
        return StrictMath.exp(t * t * square / 2) * (dimension() + t * t * square);
    }
}
