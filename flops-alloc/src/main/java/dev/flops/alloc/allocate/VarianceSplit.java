package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;

/**
 * Splits the variance of ĝ into the part that allocation can cut and the part that it cannot,
 *
 * <pre>
 *   tr Cov(ĝ) = (1/B²) Σ v_i/n_i            allocation: perturbations within examples
 *             + (1/B) tr Cov_i(∇ℓ_i)        minibatch: which examples are in the batch
 * </pre>
 *
 * from what consecutive steps t − 1 and t leave behind, without a query:
 *
 * <pre>
 *   total      ½ ‖ĝ_t − ĝ_{t−1}‖²          for two independent estimates of one gradient
 *   allocation (1/B²) Σ ω_i² v̂_i/n_i       mean of the two steps
 *   minibatch  total − allocation
 * </pre>
 *
 * averaged over steps with forgetting. Disjoint batches of one epoch are as good as independent ones: the covariance of their means
 * makes up for the smaller variance of each. Two biases are not corrected: the update between the two steps moves the gradient, which
 * adds half of the squared change to total; and v̂_i as measured is a second moment, which counts (1/B²) Σ ‖∇ℓ_i‖²/n_i as
 * allocation. Read it as an order of magnitude.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class VarianceSplit implements Stateful {
    private final double weight;
    private float[] previous = new float[0];
    private double previousAllocation;
    private double total = Double.NaN;
    private double allocation = Double.NaN;

    /**
     * A split that has seen nothing.
     *
     * @param weight weight of the newest pair of steps in the running means, in (0, 1]
     */
    public VarianceSplit(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("weight = " + weight + ", expected 0 < weight <= 1");
        }
        this.weight = weight;
    }

    /**
     * Takes a step in.
     *
     * @param gradient ĝ, copied
     * @param variances v̂_i, length B, not modified
     * @param shares n and ω of the step
     */
    public void add(float[] gradient, double[] variances, Allocation shares) {
        double batch = shares.examples();
        double within = AllocationDiagnostics.variance(variances, shares) / (batch * batch);
        if (previous.length == gradient.length) {
            double squares = 0;
            for (int d = 0; d < gradient.length; d++) {
                double difference = (double) gradient[d] - previous[d];
                squares += difference * difference;
            }
            total = blended(total, squares / 2);
            allocation = blended(allocation, (within + previousAllocation) / 2);
        }
        if (previous.length != gradient.length) {
            previous = new float[gradient.length];
        }
        System.arraycopy(gradient, 0, previous, 0, gradient.length);
        previousAllocation = within;
    }

    private double blended(double old, double found) {
        return Double.isNaN(old) ? found : (1 - weight) * old + weight * found;
    }

    /**
     * The whole variance.
     *
     * @return running mean of ½ ‖ĝ_t − ĝ_{t−1}‖², NaN before the second step
     */
    public double total() {
        return total;
    }

    /**
     * The part that allocation can cut.
     *
     * @return running mean of (1/B²) Σ ω_i² v̂_i/n_i, NaN before the second step
     */
    public double allocation() {
        return allocation;
    }

    /**
     * The part that allocation cannot touch.
     *
     * @return total − allocation; negative when the noise of the two exceeds it, NaN before the second step
     */
    public double minibatch() {
        return total - allocation;
    }

    /**
     * All three.
     *
     * @return the parts as they are now
     */
    public Parts parts() {
        return new Parts(total, allocation, minibatch());
    }

    @Override
    public void saveTo(StateArrays out) {
        out.putFloats("previous", previous);
        out.putDoubles("previousAllocation", previousAllocation);
        out.putDoubles("total", total);
        out.putDoubles("allocation", allocation);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        previous = in.floats("previous", in.length("previous"));
        previousAllocation = in.doubleValue("previousAllocation");
        total = in.doubleValue("total");
        allocation = in.doubleValue("allocation");
    }

    /**
     * The parts of tr Cov(ĝ), each NaN before the second step.
     *
     * @param total the whole
     * @param allocation what allocation can cut
     * @param minibatch what it cannot; negative when noise exceeds it
     */
    public record Parts(double total, double allocation, double minibatch) {}
}
