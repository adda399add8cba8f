package dev.flops.alloc.allocate;

import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;
import java.util.Arrays;

/**
 * Remembers v̂_i, the variance of one sample of an example's gradient, for every example of a data set:
 *
 * <pre>
 *   v̂ ← v̂_new                      the first time
 *   v̂ ← (1 − α) v̂ + α v̂_new        later
 * </pre>
 *
 * with α the weight of the newest. One double per example; not safe for use by several threads at once.
 *
 * <p>Between two visits of an example the network changes, and most of what changes is how wrong it is: to first order a sample's
 * loss difference is the product of the perturbation with the error p − y, so that v̂ grows as EL2N². Where error norms e are
 * known, what is remembered is therefore v̂/(e² + δ²), and what is expected of this step is that times its e² + δ², with
 * δ = {@value #LEAST_ERROR}, below which terms of second order count.
 */
public final class VarianceMemory implements Stateful {
    private static final double LEAST_ERROR = 0.05;
    private static final float[] NO_ERROR_NORMS = {};

    private final double weight;
    private final double[] variances;

    /**
     * A memory that knows nothing.
     *
     * @param examples size of the data set, at least 1
     * @param weight α in (0, 1]
     */
    public VarianceMemory(int examples, double weight) {
        this(unknown(examples), weight);
    }

    private VarianceMemory(double[] variances, double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("weight = " + weight + ", expected 0 < weight <= 1");
        }
        this.variances = variances;
        this.weight = weight;
    }

    /**
     * A memory as exported by {@link #toArray}.
     *
     * @param variances v̂ per example of the data set, NaN where unknown, copied
     * @param weight α in (0, 1]
     * @return the memory
     */
    public static VarianceMemory of(double[] variances, double weight) {
        if (variances.length == 0) {
            throw new IllegalArgumentException("variances is empty, expected one entry per example");
        }
        for (int i = 0; i < variances.length; i++) {
            requireVariance("variances", i, variances[i]);
        }
        return new VarianceMemory(variances.clone(), weight);
    }

    /**
     * What is expected of a batch.
     *
     * @param signals the batch, with error norms if they are known
     * @return v̂_i in the order of the batch, NaN where an example was never sampled
     */
    public double[] remembered(StepSignals signals) {
        double[] expected = remembered(signals.examples());
        for (int i = 0; i < signals.errorNorms().length; i++) {
            expected[i] *= size(signals.errorNorms()[i]);
        }
        return expected;
    }

    /** e² + δ². */
    private static double size(double errorNorm) {
        return errorNorm * errorNorm + LEAST_ERROR * LEAST_ERROR;
    }

    /**
     * What is remembered of a batch whose error norms are not known.
     *
     * @param examples indices in the data set, not modified
     * @return v̂_i in the order of {@code examples}, NaN where an example was never sampled
     */
    public double[] remembered(int[] examples) {
        double[] remembered = new double[examples.length];
        for (int i = 0; i < examples.length; i++) {
            remembered[i] = variances[requireExample(examples, i)];
        }
        return remembered;
    }

    /**
     * Takes in what a step measured; modifies the memory.
     *
     * @param signals the batch, with error norms if they are known
     * @param measured as for {@link #updateInPlace(int[], double[])}
     */
    public void updateInPlace(StepSignals signals, double[] measured) {
        updateInPlace(signals.examples(), measured, signals.errorNorms());
    }

    /**
     * Takes in what a step measured; modifies the memory. An example that occurs twice is taken in twice, in order.
     *
     * @param examples indices in the data set, not modified
     * @param measured v̂_i ≥ 0 and finite in the order of {@code examples}, or NaN where the step measured nothing, which
     *     leaves the memory of that example as it is; not modified
     * @throws IllegalArgumentException if a value or an index is out of range; the memory is unchanged then
     */
    public void updateInPlace(int[] examples, double[] measured) {
        updateInPlace(examples, measured, NO_ERROR_NORMS);
    }

    private void updateInPlace(int[] examples, double[] measured, float[] errorNorms) {
        AllocationChecks.requireLength("measured", measured.length, examples.length);
        for (int i = 0; i < examples.length; i++) {
            requireExample(examples, i);
            requireVariance("measured", i, relative(measured, errorNorms, i));
        }
        for (int i = 0; i < examples.length; i++) {
            double old = variances[examples[i]];
            double found = relative(measured, errorNorms, i);
            if (!Double.isNaN(found)) {
                variances[examples[i]] = Double.isNaN(old) ? found : (1 - weight) * old + weight * found;
            }
        }
    }

    /** v̂_i/(e_i² + δ²) where error norms are known, else v̂_i. */
    private static double relative(double[] measured, float[] errorNorms, int i) {
        return errorNorms.length == 0 ? measured[i] : measured[i] / size(errorNorms[i]);
    }

    /**
     * The memory as an array, for checkpoints.
     *
     * @return a copy of v̂ per example of the data set, NaN where unknown
     */
    public double[] toArray() {
        return variances.clone();
    }

    @Override
    public void saveTo(StateArrays out) {
        out.putDoubles("variances", variances);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        double[] saved = in.doubles("variances", variances.length);
        for (int i = 0; i < saved.length; i++) {
            requireVariance("variances", i, saved[i]);
        }
        System.arraycopy(saved, 0, variances, 0, saved.length);
    }

    private static double[] unknown(int examples) {
        if (examples < 1) {
            throw new IllegalArgumentException("examples = " + examples + ", expected >= 1");
        }
        double[] variances = new double[examples];
        Arrays.fill(variances, Double.NaN);
        return variances;
    }

    private int requireExample(int[] examples, int i) {
        if (examples[i] < 0 || examples[i] >= variances.length) {
            throw new IllegalArgumentException(
                    "examples[" + i + "] = " + examples[i] + ", expected 0 <= example < " + variances.length);
        }
        return examples[i];
    }

    private static void requireVariance(String name, int i, double value) {
        if (value < 0 || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    name + "[" + i + "] = " + value + ", expected >= 0 and finite, or NaN where unknown");
        }
    }
}
