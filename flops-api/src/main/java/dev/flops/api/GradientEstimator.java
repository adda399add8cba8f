package dev.flops.api;

/**
 * Estimates the gradient of the batch loss L(θ) = (1/B) Σ ℓ_i(θ) from forward evaluations alone.
 *
 * <p>Every estimator averages an example over its own samples first and over examples second,
 *
 * <pre>
 *   ĝ = (1/B) Σ_i (1/n_i) Σ_{k=1..n_i} g_ik
 * </pre>
 *
 * so that E[ĝ] does not depend on the allocation n, and with independent perturbations
 * tr Cov(ĝ) = (1/B²) Σ v_i / n_i.
 *
 * <p>A step has two phases: {@link #begin} runs what must be known before perturbations are drawn, and
 * {@link Step#estimate} draws them. An estimator serves one step at a time; estimates are a function of (parameters,
 * step, examples, allocation, key), of what {@link #state} holds, and of nothing else.
 */
public interface GradientEstimator {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * The parameters whose gradient is estimated.
     *
     * @return parameters, not modified by estimating
     */
    Parameters parameters();

    /**
     * What a step costs.
     *
     * @return costs in queries
     */
    SamplingCost cost();

    /**
     * What the expectation of an estimate is, for whoever verifies it.
     *
     * @return the target; {@link GradientTarget#UNSTATED} unless an estimator says more
     */
    default GradientTarget target() {
        return GradientTarget.UNSTATED;
    }

    /**
     * Whether samples may be allocated per example.
     *
     * @return {@link SampleIndependence#INDEPENDENT} unless an estimator says otherwise; the others refuse an allocation
     *     that is not equal
     */
    default SampleIndependence independence() {
        return SampleIndependence.INDEPENDENT;
    }

    /**
     * What the estimator remembers of earlier steps. An estimator that wraps another, or a baseline, hands on what that
     * remembers.
     *
     * @return {@link Stateful#NONE} unless the estimator says otherwise
     */
    default Stateful state() {
        return Stateful.NONE;
    }

    /**
     * Begins a step.
     *
     * @param step index of the step
     * @param examples indices of the batch in the data set, not modified
     * @param key key of the run's perturbations; the estimator derives (step, example, sample, site) from it
     * @param ledger modified: receives what is spent
     * @return the step, with its signals
     * @throws NumericalException if a clean loss is not finite
     */
    Step begin(int step, int[] examples, RandomKey key, CostLedger ledger);

    /** One step on one batch. */
    interface Step {
        /**
         * What is known before perturbations are drawn.
         *
         * @return the signals
         */
        StepSignals signals();

        /**
         * Draws the perturbations and estimates the gradient.
         *
         * @param allocation samples per example of the batch
         * @return the estimate
         * @throws IllegalArgumentException if the allocation is not of this batch, or not one that the estimator's
         *     {@link SampleIndependence} allows
         * @throws NumericalException if a perturbed loss or the gradient is not finite
         */
        GradientEstimate estimate(Allocation allocation);

        /**
         * {@link #estimate} into an array of the caller's, so that a training needs no new one in each step.
         *
         * @param allocation samples per example of the batch
         * @param gradient overwritten with ĝ, whole; of {@link Parameters#dimension}
         * @return the estimate, whose gradient is that array
         * @throws IllegalArgumentException as {@link #estimate}, or if the array has another length
         * @throws NumericalException as {@link #estimate}; the array's contents are undefined then
         */
        default GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
            GradientEstimate estimate = estimate(allocation);
            if (gradient.length != estimate.gradient().length) {
                throw new IllegalArgumentException(
                        "gradient.length = " + gradient.length + ", expected " + estimate.gradient().length);
            }
            System.arraycopy(estimate.gradient(), 0, gradient, 0, gradient.length);
            return new GradientEstimate(gradient, estimate.sampleVariances(), estimate.meanLoss());
        }

        /**
         * Estimates the gradient under other perturbations than {@link #estimate} draws, to inform an allocation: what comes
         * out may decide the allocation of the samples. Its queries are counted as {@link CostLedger.Kind#PILOT}.
         *
         * <p>Optional: an estimator whose samples are coupled or shared among examples has no variance per example that
         * a pilot could measure.
         *
         * @param allocation samples per example of the batch
         * @return the estimate
         * @throws UnsupportedOperationException if the estimator offers no pilot
         */
        default GradientEstimate pilot(Allocation allocation) {
            throw new UnsupportedOperationException("this estimator offers no pilot for " + allocation);
        }
    }
}
