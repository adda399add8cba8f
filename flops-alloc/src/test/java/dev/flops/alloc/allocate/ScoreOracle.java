package dev.flops.alloc.allocate;

/** The Gaussian model written down again, plainly: covariance, factor, density, relaxed reward under the softmax link. */
final class ScoreOracle {
    private final double[] z;
    private final double jitter;

    ScoreOracle(double[] z, double jitter) {
        this.z = z;
        this.jitter = jitter;
    }

    double[][] covariance(double[] phi) {
        double s = Math.exp(phi[2]);
        double length = Math.exp(phi[3]);
        double[][] sigma = new double[z.length][z.length];
        for (int i = 0; i < z.length; i++) {
            for (int j = 0; j < z.length; j++) {
                double d = z[i] - z[j];
                sigma[i][j] = s * s * Math.exp(-d * d / (2 * length * length)) + (i == j ? jitter : 0);
            }
        }
        return sigma;
    }

    /** Cholesky row by row (Banachiewicz). */
    double[][] factor(double[] phi) {
        double[][] a = covariance(phi);
        double[][] c = new double[z.length][z.length];
        for (int i = 0; i < z.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= c[i][k] * c[j][k];
                }
                c[i][j] = i == j ? Math.sqrt(sum) : sum / c[j][j];
            }
        }
        return c;
    }

    double[] scores(double[] phi, double[] xi) {
        double[][] c = factor(phi);
        double[] u = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            u[i] = phi[0] * z[i] + phi[1];
            for (int j = 0; j <= i; j++) {
                u[i] += c[i][j] * xi[j];
            }
        }
        return u;
    }

    /** log N(u; μ, Σ) without its constant. */
    double logDensity(double[] phi, double[] u) {
        double[][] c = factor(phi);
        double result = 0;
        double[] y = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            double sum = u[i] - phi[0] * z[i] - phi[1];
            for (int j = 0; j < i; j++) {
                sum -= c[i][j] * y[j];
            }
            y[i] = sum / c[i][i];
            result -= y[i] * y[i] / 2 + Math.log(c[i][i]);
        }
        return result;
    }

    static double relaxedReward(double[] u, double[] v, int samples, int minimum) {
        double normalizer = 0;
        for (double value : u) {
            normalizer += Math.exp(value);
        }
        double spent = 0;
        double equal = 0;
        for (int i = 0; i < u.length; i++) {
            spent += v[i] / (minimum + (samples - u.length * minimum) * Math.exp(u[i]) / normalizer);
            equal += v[i] / (samples / (double) u.length);
        }
        return 1 - spent / equal;
    }
}
