package dev.flops.verify.problem;

/**
 * tr Cov of one sample of the gradient behind a site a_t = W x_t + b, for a loss that is linear in a, with pairs or the clean
 * loss as baseline: what perturbing the activations costs along each family of directions, and what perturbing the weights does.
 *
 * <p>With T operands, m features, Δ = ∂ℓ/∂a (T, m) and H = [x 1] (T, k + 1), whose last column stands for the bias, the gradient is
 * ΔᵀH (m, k + 1) and a sample is (Δ·ε) εᵀH, or (E·ΔᵀH) E.
 *
 * @param slopes Δ, T rows of m numbers, not modified
 * @param operands H, T rows of k + 1 numbers, not modified
 */
public record SiteVariances(double[][] slopes, double[][] operands) {
    /** Checks the shapes. */
    public SiteVariances {
        if (slopes.length == 0 || slopes.length != operands.length) {
            throw new IllegalArgumentException("slopes.length = " + slopes.length + " and operands.length = "
                    + operands.length + ", expected one row per token in each, and at least one");
        }
        requireEqualRows("slopes", slopes);
        requireEqualRows("operands", operands);
    }

    private static void requireEqualRows(String name, double[][] rows) {
        for (int t = 0; t < rows.length; t++) {
            if (rows[t].length == 0 || rows[t].length != rows[0].length) {
                throw new IllegalArgumentException(
                        name + "[" + t + "].length = " + rows[t].length + ", expected " + Math.max(1, rows[0].length));
            }
        }
    }

    /**
     * Gaussian noise at the activations.
     *
     * @return m‖Δ‖²‖H‖² + ‖ΔᵀH‖²
     */
    public double gaussian() {
        return product() + coherent();
    }

    /**
     * Rademacher noise at the activations.
     *
     * @return m‖Δ‖²‖H‖² + ‖ΔᵀH‖² − 2 Σ_t ‖Δ_t‖²‖h_t‖²
     */
    public double rademacher() {
        double own = 0;
        for (int t = 0; t < slopes.length; t++) {
            own += square(slopes[t]) * square(operands[t]);
        }
        return gaussian() - 2 * own;
    }

    /**
     * Noise at the activations uniform on the sphere of radius √M in M = T m dimensions.
     *
     * @return (M m‖Δ‖²‖H‖² + (M − 2)‖ΔᵀH‖²)/(M + 2)
     */
    public double sphere() {
        double dimension = dimension();
        return (dimension * product() + (dimension - 2) * coherent()) / (dimension + 2);
    }

    /**
     * K orthonormal directions at random among the M = T m activations, a set.
     *
     * @param directions K, in [1, M]
     * @return M((M(K + 1) − 2)‖ΔᵀH‖² + (M − K) m‖Δ‖²‖H‖²)/(K(M − 1)(M + 2)) − ‖ΔᵀH‖²; 0 for a whole basis
     */
    public double orthonormal(int directions) {
        int dimension = dimension();
        if (directions < 1 || directions > dimension) {
            throw new IllegalArgumentException("directions = " + directions + ", expected in [1, " + dimension + "]");
        }
        if (directions == dimension) {
            return 0;
        }
        double second = (dimension * (directions + 1.0) - 2) * coherent() + (dimension - directions) * product();
        return dimension * second / (directions * (dimension - 1.0) * (dimension + 2.0)) - coherent();
    }

    /**
     * Noise A Bᵀ/√r at the activations of several tokens, A (T, r) and B (m, r) standard normal.
     *
     * @param rank r, at least 1
     * @return (m + 2/r)‖Δ‖²‖H‖² + (1 + 2(m + 1)/r)‖ΔᵀH‖²
     */
    public double lowRank(int rank) {
        requireRank(rank);
        int features = slopes[0].length;
        return (1 + 2.0 / rank / features) * product() + (1 + 2.0 * (features + 1) / rank) * coherent();
    }

    /**
     * Gaussian noise at weights and biases, in pairs or with the clean loss.
     *
     * @return (m(k + 1) + 1)‖ΔᵀH‖²
     */
    public double weights() {
        return (weightCount() + 1.0) * coherent();
    }

    /**
     * Noise A Bᵀ/√r at the weights, A (m, r) and B (k, r) standard normal, and Gaussian noise at the biases.
     *
     * @param rank r, at least 1
     * @return (m(k + 1) + 1 + 2(m + k + 1)/r)‖ΔᵀX‖² + (m(k + 1) + 1)‖Δᵀ1‖² with H = [X 1]
     */
    public double lowRankWeights(int rank) {
        requireRank(rank);
        int inputs = operands[0].length - 1;
        double ofWeights = coherent() - coherent(inputs);
        return weights() + 2.0 * (slopes[0].length + inputs + 1) / rank * ofWeights;
    }

    /**
     * The part of the variance of Gaussian noise that v̂ estimates.
     *
     * @return m‖Δ‖²‖H‖²
     */
    public double product() {
        double slope = 0;
        double operand = 0;
        for (int t = 0; t < slopes.length; t++) {
            slope += square(slopes[t]);
            operand += square(operands[t]);
        }
        return slopes[0].length * slope * operand;
    }

    /**
     * The squared length of the gradient.
     *
     * @return ‖ΔᵀH‖²
     */
    public double coherent() {
        double sum = 0;
        for (int c = 0; c < operands[0].length; c++) {
            sum += coherent(c);
        }
        return sum;
    }

    /** Of the gradient's column c. */
    private double coherent(int c) {
        double sum = 0;
        for (int f = 0; f < slopes[0].length; f++) {
            double entry = 0;
            for (int t = 0; t < slopes.length; t++) {
                entry += slopes[t][f] * operands[t][c];
            }
            sum += entry * entry;
        }
        return sum;
    }

    private int dimension() {
        return slopes.length * slopes[0].length;
    }

    private int weightCount() {
        return slopes[0].length * operands[0].length;
    }

    private static void requireRank(int rank) {
        if (rank < 1) {
            throw new IllegalArgumentException("rank = " + rank + ", expected >= 1");
        }
    }

    private static double square(double[] row) {
        double sum = 0;
        for (double value : row) {
            sum += value * value;
        }
        return sum;
    }
}
