package dev.flops.verify.problem;

/**
 * The loss of a network with one hidden layer on a two-class task,
 *
 * <pre>
 *   logit = c + Σ_j v_j tanh(W_j·x)        ℓ = ln(1 + exp(−y · logit)),   y = ±1
 * </pre>
 *
 * with the parameters in the order W (hidden, inputs) row by row, v, c.
 */
public final class SmallNetwork implements LossFunction {
    private final double[][] inputs;
    private final int[] signs;
    private final int hidden;

    /**
     * A network and its examples.
     *
     * @param inputs x, one row per example, copied
     * @param signs y, +1 or −1 per example, copied
     * @param hidden hidden units, at least 1
     */
    public SmallNetwork(double[][] inputs, int[] signs, int hidden) {
        Vectors.requireRectangle("inputs", inputs);
        if (signs.length != inputs.length) {
            throw new IllegalArgumentException("signs.length = " + signs.length + ", expected " + inputs.length);
        }
        if (hidden < 1) {
            throw new IllegalArgumentException("hidden = " + hidden + ", expected >= 1");
        }
        for (int i = 0; i < signs.length; i++) {
            if (Math.abs(signs[i]) != 1) {
                throw new IllegalArgumentException("signs[" + i + "] = " + signs[i] + ", expected 1 or -1");
            }
        }
        this.inputs = Vectors.copy(inputs);
        this.signs = signs.clone();
        this.hidden = hidden;
    }

    /**
     * Number of parameters.
     *
     * @return hidden · (inputs + 1) + 1
     */
    public int dimension() {
        return hidden * (inputs[0].length + 1) + 1;
    }

    /**
     * Number of examples.
     *
     * @return at least 1
     */
    public int examples() {
        return inputs.length;
    }

    @Override
    public double loss(double[] theta, int example) {
        double[] x = inputs[example];
        double logit = theta[theta.length - 1];
        for (int j = 0; j < hidden; j++) {
            double sum = 0;
            for (int k = 0; k < x.length; k++) {
                sum += theta[j * x.length + k] * x[k];
            }
            logit += theta[hidden * x.length + j] * StrictMath.tanh(sum);
        }
        double margin = signs[example] * logit;
        return StrictMath.max(-margin, 0) + StrictMath.log1p(StrictMath.exp(-StrictMath.abs(margin)));
    }
}
