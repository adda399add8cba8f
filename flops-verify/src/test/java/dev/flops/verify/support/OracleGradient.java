package dev.flops.verify.support;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Site;
import java.util.Arrays;

/**
 * Gradients of a {@link NetworkCase} in double precision, by finite differences of its oracle alone.
 *
 * <p>Errors: central differences with step 10⁻⁵ of a smooth loss of order 1 are exact to about 10⁻¹⁰.
 */
public final class OracleGradient {
    private static final double STEP = 1e-5;

    private final NetworkCase problem;
    private final double[] theta;

    public OracleGradient(NetworkCase problem) {
        this(problem, problem.theta());
    }

    /** Gradients at another point than the network's parameters. */
    public OracleGradient(NetworkCase problem, double[] theta) {
        this.problem = problem;
        this.theta = theta.clone();
    }

    /** ℓ_i at a point under a probe. */
    public double loss(double[] point, int example, OracleNetwork.Probe probe) {
        double[] logits = problem.oracle().logits(point, problem.features(example), probe);
        return OracleMath.crossEntropy(logits, problem.data().label(example));
    }

    /** Mean loss of a batch at a point under a probe. */
    public double meanLoss(double[] point, int[] examples, OracleNetwork.Probe probe) {
        double sum = 0;
        for (int example : examples) {
            sum += loss(point, example, probe);
        }
        return sum / examples.length;
    }

    /** ∇L of a batch. */
    public double[] gradient(int[] examples) {
        double[] gradient = new double[theta.length];
        for (int d = 0; d < theta.length; d++) {
            double[] unit = new double[theta.length];
            unit[d] = 1;
            gradient[d] = (meanLoss(moved(unit, STEP), examples, OracleNetwork.NONE)
                            - meanLoss(moved(unit, -STEP), examples, OracleNetwork.NONE))
                    / (2 * STEP);
        }
        return gradient;
    }

    /** θ + t u. */
    public double[] moved(double[] direction, double t) {
        double[] point = theta.clone();
        for (int d = 0; d < point.length; d++) {
            point[d] += t * direction[d];
        }
        return point;
    }

    /** The clean output of a site for one example. */
    public double[] siteOutput(double[] point, int example, int site, OracleNetwork.Probe before) {
        double[][] found = new double[1][];
        problem.oracle().logits(point, problem.features(example), (s, activation) -> {
            if (s == site) {
                found[0] = activation.clone();
            }
            before.at(s, activation);
        });
        return found[0];
    }

    /**
     * J(h)ᵀ s of one site: the gradient of a·s in the parameters behind the site, added to {@code gradient}. The site's
     * output is linear in them, so that a difference with step 1 is exact.
     *
     * @param before the perturbation under which the site's input is computed
     */
    public void addContraction(Site site, int example, double[] score, OracleNetwork.Probe before, double[] gradient) {
        for (Parameter p : site.contraction().parameters()) {
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                double[] unit = new double[theta.length];
                unit[d] = 1;
                double[] plus = siteOutput(moved(unit, 0.5), example, site.index(), before);
                double[] minus = siteOutput(moved(unit, -0.5), example, site.index(), before);
                for (int e = 0; e < score.length; e++) {
                    gradient[d] += score[e] * (plus[e] - minus[e]);
                }
            }
        }
    }

    /**
     * How far the gradient of the smoothed loss is from the gradient, along u, to leading order: the derivative along u of
     * Σ (σ²/2) Δ_a L over the sites. Layer-wise, each site is perturbed for its own parameters only.
     */
    public double smoothingBias(double[] u, int[] examples, double sigma, boolean layerWise) {
        double bias = 0;
        for (Site site : problem.network().sites()) {
            double[] moving = layerWise ? restricted(u, site) : u;
            if (Arrays.stream(moving).anyMatch(value -> value != 0)) {
                double h = 1e-3;
                double plus = laplacian(moved(moving, h), examples, site.index());
                double minus = laplacian(moved(moving, -h), examples, site.index());
                bias += sigma * sigma / 2 * (plus - minus) / (2 * h);
            }
        }
        return bias;
    }

    /** Σ_j ∂²L/∂a_j² at a site. */
    private double laplacian(double[] point, int[] examples, int site) {
        double h = 5e-3;
        double sum = 0;
        int length = siteOutput(point, examples[0], site, OracleNetwork.NONE).length;
        double centre = meanLoss(point, examples, OracleNetwork.NONE);
        for (int j = 0; j < length; j++) {
            sum += meanLoss(point, examples, shift(site, j, h))
                    - 2 * centre
                    + meanLoss(point, examples, shift(site, j, -h));
        }
        return sum / (h * h);
    }

    private static OracleNetwork.Probe shift(int site, int element, double by) {
        return (s, activation) -> {
            if (s == site) {
                activation[element] += by;
            }
        };
    }

    private static double[] restricted(double[] u, Site site) {
        double[] out = new double[u.length];
        for (Parameter p : site.contraction().parameters()) {
            System.arraycopy(u, p.offset(), out, p.offset(), p.length());
        }
        return out;
    }
}
