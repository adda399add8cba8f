package dev.flops.alloc.allocate;

import dev.flops.api.NumericalException;
import java.util.Arrays;

/**
 * The scores of a batch, u ~ N(μ, Σ), and how they move with φ = (w, b, ln s, ln ℓ):
 *
 * <pre>
 *   μ_i = w z_i + b        Σ_ij = s² exp(−(z_i − z_j)²/(2 ℓ²)) + jitter · 1[i = j]
 *   u = μ + C ξ            Σ = C Cᵀ
 * </pre>
 *
 * <p>Σ is factorised column by column; its derivatives by ln s and ln ℓ go through the same recursion in forward mode (the
 * product rule applied to every line), which yields ∂C. With the tangents
 *
 * <pre>
 *   ∂u/∂w = z,   ∂u/∂b = 1,   ∂u/∂ln s = (∂C/∂ln s) ξ,   ∂u/∂ln ℓ = (∂C/∂ln ℓ) ξ
 * </pre>
 *
 * both gradient estimators are inner products: the pathwise one is (∂ρ/∂u) · ∂u/∂φ_p, and the score of the density is
 *
 * <pre>
 *   ∂ log N(u; μ, Σ) / ∂φ_p = α · ∂u/∂φ_p − tr(C⁻¹ ∂C/∂φ_p),   α = C⁻ᵀ ξ
 * </pre>
 *
 * for ∂ log det C = tr(C⁻¹ ∂C) and ∂Σ = ∂C Cᵀ + C ∂Cᵀ. Time O(B³) once and O(B²) per draw.
 *
 * <p>An instance holds the memory of one batch size, for one thread at a time; {@link #factorize} fills it.
 *
 * <p>Reference: Murray, <em>Differentiation of the Cholesky decomposition</em>, arXiv 1602.07527, 2016.
 */
final class GaussianScores {
    private final int batch;
    private final double[] features;
    private final double[] factor; // C (B, B), lower triangle
    private final double[] byScale; // ∂C/∂ln s (B, B), lower triangle
    private final double[] byLength; // ∂C/∂ln ℓ (B, B), lower triangle
    private final double[] traces; // tr(C⁻¹ ∂C/∂φ_p), one per parameter
    private final double[] column; // of C, below the diagonal
    private final double[] scaleColumn; // of ∂C/∂ln s, below the diagonal
    private final double[] lengthColumn; // of ∂C/∂ln ℓ, below the diagonal
    private double slope;
    private double offset;

    GaussianScores(int batch) {
        this.batch = batch;
        this.features = new double[batch];
        this.factor = new double[batch * batch];
        this.byScale = new double[batch * batch];
        this.byLength = new double[batch * batch];
        this.traces = new double[GaussianParameters.COUNT];
        this.column = new double[batch];
        this.scaleColumn = new double[batch];
        this.lengthColumn = new double[batch];
    }

    /** B. */
    int batch() {
        return batch;
    }

    /**
     * Factorises, in place of what was factorised before.
     *
     * @param z features, length B, copied
     * @param phi φ
     * @param jitter what is added to the diagonal
     * @param tangents whether the derivatives will be asked for
     * @throws NumericalException if a pivot is not positive
     */
    void factorize(double[] z, GaussianParameters phi, double jitter, boolean tangents) {
        System.arraycopy(z, 0, features, 0, batch);
        slope = phi.slope();
        offset = phi.offset();
        fillCovariance(StrictMath.exp(phi.logScale()), StrictMath.exp(phi.logLength()), jitter, tangents);
        if (tangents) {
            factorizeWithTangents();
        } else {
            factorizeAlone();
        }
    }

    private void fillCovariance(double scale, double length, double jitter, boolean tangents) {
        for (int i = 0; i < batch; i++) {
            for (int j = 0; j <= i; j++) {
                double distance = (features[i] - features[j]) / length;
                double kernel = scale * scale * StrictMath.exp(-0.5 * distance * distance);
                int at = i * batch + j;
                factor[at] = i == j ? kernel + jitter : kernel;
                if (tangents) {
                    byScale[at] = 2 * kernel;
                    byLength[at] = kernel * distance * distance;
                }
            }
        }
    }

    private void factorizeAlone() {
        for (int k = 0; k < batch; k++) {
            double pivot = pivot(k);
            factor[k * batch + k] = pivot;
            for (int i = k + 1; i < batch; i++) {
                column[i] = factor[i * batch + k] / pivot;
                factor[i * batch + k] = column[i];
            }
            for (int i = k + 1; i < batch; i++) {
                subtractMultiple(factor, i * batch, column, column[i], k + 1, i + 1);
            }
        }
    }

    private void factorizeWithTangents() {
        Arrays.fill(traces, 0);
        for (int k = 0; k < batch; k++) {
            double pivot = pivot(k);
            factor[k * batch + k] = pivot;
            for (int i = k + 1; i < batch; i++) {
                column[i] = factor[i * batch + k] / pivot;
                factor[i * batch + k] = column[i];
            }
            traces[2] += tangentColumn(byScale, k, pivot, scaleColumn);
            traces[3] += tangentColumn(byLength, k, pivot, lengthColumn);
            for (int i = k + 1; i < batch; i++) {
                int row = i * batch;
                subtractMultiple(factor, row, column, column[i], k + 1, i + 1);
                subtractMultiples(byScale, row, column, scaleColumn[i], scaleColumn, column[i], k + 1, i + 1);
                subtractMultiples(byLength, row, column, lengthColumn[i], lengthColumn, column[i], k + 1, i + 1);
            }
        }
    }

    private double pivot(int k) {
        double square = factor[k * batch + k];
        if (!(square > 0)) {
            throw new NumericalException(
                    "pivot " + k + " of the covariance of the scores = " + square + ", expected > 0");
        }
        return StrictMath.sqrt(square);
    }

    /** Column k of ∂C from what is left of ∂Σ; returns (∂C)_kk / C_kk. */
    private double tangentColumn(double[] tangent, int k, double pivot, double[] out) {
        double diagonal = tangent[k * batch + k] / (2 * pivot);
        tangent[k * batch + k] = diagonal;
        for (int i = k + 1; i < batch; i++) {
            out[i] = (tangent[i * batch + k] - column[i] * diagonal) / pivot;
            tangent[i * batch + k] = out[i];
        }
        return diagonal / pivot;
    }

    private static void subtractMultiple(double[] matrix, int row, double[] x, double a, int begin, int end) {
        for (int j = begin; j < end; j++) {
            matrix[row + j] -= a * x[j];
        }
    }

    private static void subtractMultiples(
            double[] matrix, int row, double[] x, double a, double[] y, double b, int begin, int end) {
        for (int j = begin; j < end; j++) {
            matrix[row + j] -= a * x[j] + b * y[j];
        }
    }

    /** u = μ + C ξ. */
    void drawInto(double[] xi, double[] out) {
        multiplyInto(factor, xi, out);
        for (int i = 0; i < batch; i++) {
            out[i] += slope * features[i] + offset;
        }
    }

    /** α = C⁻ᵀ ξ = Σ⁻¹ (u − μ). */
    void solveInto(double[] xi, double[] out) {
        System.arraycopy(xi, 0, out, 0, batch);
        for (int i = batch - 1; i >= 0; i--) {
            out[i] /= factor[i * batch + i];
            subtractMultiple2(out, factor, i * batch, out[i], i);
        }
    }

    private static void subtractMultiple2(double[] out, double[] matrix, int row, double a, int end) {
        for (int j = 0; j < end; j++) {
            out[j] -= a * matrix[row + j];
        }
    }

    /** ∂u/∂φ_p for the draw ξ. */
    void tangentInto(int parameter, double[] xi, double[] out) {
        switch (parameter) {
            case 0 -> System.arraycopy(features, 0, out, 0, batch);
            case 1 -> Arrays.fill(out, 0, batch, 1);
            case 2 -> multiplyInto(byScale, xi, out);
            default -> multiplyInto(byLength, xi, out);
        }
    }

    /** tr(C⁻¹ ∂C/∂φ_p). */
    double trace(int parameter) {
        return traces[parameter];
    }

    private void multiplyInto(double[] lower, double[] x, double[] out) {
        for (int i = 0; i < batch; i++) {
            double sum = 0;
            for (int j = 0; j <= i; j++) {
                sum += lower[i * batch + j] * x[j];
            }
            out[i] = sum;
        }
    }
}
