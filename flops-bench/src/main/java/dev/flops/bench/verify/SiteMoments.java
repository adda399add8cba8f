package dev.flops.bench.verify;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.verify.problem.GaussHermite;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Mean and variance of one sample of an estimator that perturbs one site after the other of {@link SiteNetworkProblem}, whose sites have one and two
 * activations: expectations over the directions of a sample are sums over signs, over an angle, or over Gauss–Hermite nodes.
 *
 * @param directions how the directions of a sample are drawn
 * @param scheme how a direction has its weight
 * @param sigma perturbation scale σ
 */
record SiteMoments(Drawn directions, SamplingScheme scheme, double sigma) {
    private static final int SITES = 2;
    private static final int HIDDEN = 3;
    private static final int INPUTS = 2;
    private static final int CLASSES = 2;

    /** Trapezoidal rule over a circle: the error falls exponentially. */
    private static final int ANGLES = 64;

    private static final GaussHermite RULE = new GaussHermite(16);

    /** A distribution of sets of directions in one or two dimensions, with c = 1/K. */
    enum Drawn {
        /** One Gaussian direction. */
        GAUSSIAN {
            @Override
            double expectation(int dimension, ToDoubleFunction<double[][]> f) {
                return RULE.expectation(dimension, u -> f.applyAsDouble(new double[][] {u}));
            }
        },
        /** One vector of signs. */
        SIGNS {
            @Override
            double expectation(int dimension, ToDoubleFunction<double[][]> f) {
                double sum = 0;
                for (int pattern = 0; pattern < 1 << dimension; pattern++) {
                    double[] e = new double[dimension];
                    for (int p = 0; p < dimension; p++) {
                        e[p] = (pattern >> p & 1) == 0 ? 1 : -1;
                    }
                    sum += StrictMath.scalb(f.applyAsDouble(new double[][] {e}), -dimension);
                }
                return sum;
            }
        },
        /** One direction on the sphere of radius √m. */
        SPHERE {
            @Override
            double expectation(int dimension, ToDoubleFunction<double[][]> f) {
                return dimension == 1
                        ? SIGNS.expectation(1, f)
                        : overAngles(angle -> f.applyAsDouble(new double[][] {onCircle(angle)}));
            }
        },
        /** A basis of directions of length √m. */
        BASIS {
            @Override
            double expectation(int dimension, ToDoubleFunction<double[][]> f) {
                return dimension == 1
                        ? SIGNS.expectation(1, f)
                        : overAngles(angle ->
                                f.applyAsDouble(new double[][] {onCircle(angle), onCircle(angle + StrictMath.PI / 2)}));
            }
        };

        /** E f over the directions of a sample; f must not keep its argument. */
        abstract double expectation(int dimension, ToDoubleFunction<double[][]> f);

        private static double overAngles(DoubleUnaryOperator f) {
            double sum = 0;
            for (int j = 0; j < ANGLES; j++) {
                sum += f.applyAsDouble(2 * StrictMath.PI * j / ANGLES) / ANGLES;
            }
            return sum;
        }

        private static double[] onCircle(double angle) {
            return new double[] {StrictMath.sqrt(2) * StrictMath.cos(angle), StrictMath.sqrt(2) * StrictMath.sin(angle)
            };
        }
    }

    /** E of a sample, in the layout of the parameters. */
    double[] mean(double[] theta, int example) {
        double[][] slopes = new double[SITES][];
        for (int site = 0; site < SITES; site++) {
            int j = site;
            slopes[j] = new double[SiteNetworkProblem.activations(j)];
            Arrays.setAll(
                    slopes[j],
                    p -> directions.expectation(
                            SiteNetworkProblem.activations(j), set -> sample(theta, example, j, set)[p]));
        }
        return contracted(theta, example, slopes);
    }

    /** tr Cov of a sample, both sites having one of their own. */
    double variance(double[] theta, int example) {
        double variance = 0;
        for (double value : mean(theta, example)) {
            variance -= value * value;
        }
        for (int site = 0; site < SITES; site++) {
            int j = site;
            double second = directions.expectation(
                    SiteNetworkProblem.activations(j), set -> square(sample(theta, example, j, set)));
            variance += second * square(SiteNetworkProblem.operand(theta, example, j));
        }
        return variance;
    }

    /** Δᵀ[h 1] of both sites: θ = (W, b, V, c). */
    static double[] contracted(double[] theta, int example, double[][] slopes) {
        double[] gradient = new double[theta.length];
        double[] x = SiteNetworkProblem.operand(theta, example, 0);
        for (int k = 0; k < HIDDEN; k++) {
            gradient[k] = slopes[0][0] * x[k];
        }
        double h = SiteNetworkProblem.operand(theta, example, 1)[0];
        for (int f = 0; f < CLASSES; f++) {
            gradient[INPUTS + 1 + f] = slopes[1][f] * h;
            gradient[INPUTS + 1 + CLASSES + f] = slopes[1][f];
        }
        return gradient;
    }

    /** (1/K) Σ_k w_k ε_k/σ. */
    private double[] sample(double[] theta, int example, int site, double[][] set) {
        double[] sum = new double[SiteNetworkProblem.activations(site)];
        for (double[] e : set) {
            double w = weight(theta, example, site, e);
            for (int p = 0; p < sum.length; p++) {
                sum[p] += w * e[p] / sigma / set.length;
            }
        }
        return sum;
    }

    private double weight(double[] theta, int example, int site, double[] e) {
        double plus = loss(theta, example, site, e, sigma);
        return switch (scheme) {
            case ONE_POINT -> plus;
            case CLEAN_BASELINE -> plus - loss(theta, example, site, e, 0);
            case ANTITHETIC -> (plus - loss(theta, example, site, e, -sigma)) / 2;
        };
    }

    private static double loss(double[] theta, int example, int site, double[] e, double by) {
        double[] moved = e.clone();
        for (int p = 0; p < moved.length; p++) {
            moved[p] *= by;
        }
        return SiteNetworkProblem.movedLoss(theta, example, site, moved);
    }

    private static double square(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return sum;
    }
}
