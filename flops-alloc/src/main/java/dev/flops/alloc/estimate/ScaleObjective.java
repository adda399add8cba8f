package dev.flops.alloc.estimate;

/**
 * What the perturbation scales σ_j of the sites are learned for, by descent on log σ_j after each step, from the losses that the
 * gradient was estimated with: no query more. A step uses scales that earlier steps alone have decided, so that its estimate is
 * unbiased for the loss smoothed with them.
 *
 * <p>Both objectives f rest on one identity. With m_j Gaussian numbers ε_j at site j and any function t of the perturbation σ_j ε_j,
 *
 * <pre>
 *   ∂/∂(log σ_j) E[t] = E[ t (‖ε_j‖² − m_j) ]
 *   log σ_j ← log σ_j − rate · min(1, N_j/m_j) · ∂f/∂(log σ_j),   |log σ_j − log σ_j⁰| ≤ log range
 * </pre>
 *
 * The score ‖ε_j‖² − m_j has a standard deviation of √(2 m_j), so that a measurement by N_j samples is uncertain by about √(2 m_j/N_j) of
 * the mean of |t|; steps in proportion to N_j/m_j make log σ_j wander equally far at large sites and small ones.
 */
public sealed interface ScaleObjective {
    /** Scales stay what they are. */
    ScaleObjective FIXED = new Fixed();

    /**
     * By how much a scale may change.
     *
     * @return the largest factor, either way, between σ_j and where it began
     */
    double range();

    /**
     * How fast it changes.
     *
     * @return step size in log σ
     */
    double rate();

    /** Nothing is learned. */
    record Fixed() implements ScaleObjective {
        @Override
        public double range() {
            return 1;
        }

        @Override
        public double rate() {
            return 0;
        }
    }

    /**
     * The loss that the noise smooths, f = (1/B) Σ_i E[ℓ_i], with the even weight w as t:
     *
     * <pre>
     *   ∂f/∂(log σ_j) = (1/B) Σ_i E[ w_i (‖ε_ij‖² − m_j) ],   w = (ℓ⁺ + ℓ⁻)/2 − ℓ for pairs, ℓ⁺ − ℓ otherwise
     * </pre>
     *
     * The odd weight (ℓ⁺ − ℓ⁻)/2 of the gradient would give 0 whatever the loss. With Hessian H_j in the activations the derivative is
     * σ_j² tr H_j + O(σ_j⁴): scales shrink where the loss is convex and grow where it is concave. They become the noise that the network
     * tolerates, which need not be the one that estimates best.
     *
     * <p>Reference: Jiang et al., ICLR 2024 (arXiv 2305.08960), where the scale is a parameter of the smoothed loss.
     *
     * @param rate step size in log σ, &gt; 0
     * @param range largest factor between σ_j and where it began, &gt; 1
     */
    record SmoothedLoss(double rate, double range) implements ScaleObjective {
        /** Rate 1, a factor of 10 either way. */
        public static final SmoothedLoss DEFAULT = new SmoothedLoss(1, 10);

        /** Checks the ranges. */
        public SmoothedLoss {
            requireRanges(rate, range);
        }
    }

    /**
     * The logarithm of the estimator's second moment, f_j = log Σ_i E[v̂_i], in which v̂ is what allocators use for the variance. With
     * c_ij = E‖J(h_i)ᵀ ε‖²/σ_j² (m_f ‖H_i‖²/σ_j² for a linear layer), C_i the sum of c_il over the sites l that share the samples
     * (site j alone when layer-wise), and t = w²:
     *
     * <pre>
     *   v̂_i = C_i · mean_k w_ik²
     *   ∂f/∂(log σ_j) = Σ_i ( C_i E[ w_i² (‖ε_ij‖² − m_j) ] − 2 c_ij E[ w_i² ] ) / Σ_i C_i E[ w_i² ]
     * </pre>
     *
     * Both sums are estimated from the same samples. With D_j = ‖∂ℓ/∂a_j‖², for a loss that is linear in the activations, E[w²] = Σ_l σ_l² D_l
     * and the derivative is 2 (σ_j² D_j/Σ_l σ_l² D_l − c_j/C): it is 0 where each site's share of the loss differences is its share of the
     * noise, σ_j⁴ ∝ (c_j σ_j²)/D_j. Layer-wise it is 0 at every σ, and what is left to learn is curvature, which asks for small scales, or
     * the offset of a one-point sample, which asks for large ones. The bias of smoothing is no part of it.
     *
     * @param rate step size in log σ, &gt; 0
     * @param range largest factor between σ_j and where it began, &gt; 1
     */
    record EstimatorVariance(double rate, double range) implements ScaleObjective {
        /** Rate 0.02, a factor of 10 either way. */
        public static final EstimatorVariance DEFAULT = new EstimatorVariance(0.02, 10);

        /** Checks the ranges. */
        public EstimatorVariance {
            requireRanges(rate, range);
        }
    }

    private static void requireRanges(double rate, double range) {
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("rate = " + rate + ", expected a finite number > 0");
        }
        if (!(range > 1) || Double.isInfinite(range)) {
            throw new IllegalArgumentException("range = " + range + ", expected a finite number > 1");
        }
    }
}
