package dev.flops.alloc.estimate;

import java.util.Arrays;

/** What the perturbation scales of the sites are learned for: pure steps from one {@link SiteScales} to the next. */
public sealed interface ScaleObjective {
    /**
     * The loss that the noise smooths, by gradient descent on log σ_j:
     *
     * <pre>
     *   log σ_j ← log σ_j − rate · (1/B) Σ_i (1/n_i) Σ_k w_ik (‖ε_ikj‖² − m_j)
     * </pre>
     *
     * with <em>even</em> weights w = (ℓ⁺ + ℓ⁻)/2 − ℓ for pairs and ℓ⁺ − ℓ otherwise, from the samples of the gradient: it costs no query,
     * and serves later steps only. For a quadratic loss with Hessian H_j in the activations the derivative is σ_j² tr H_j, so that
     * scales shrink where the loss is convex: this objective finds the noise that the network tolerates, not the one that
     * estimates best.
     *
     * @param rate step size in log σ, &gt; 0
     * @param range σ_j stays within a factor of this of where it began, &gt; 1
     */
    record SmoothedLoss(double rate, double range) implements ScaleObjective {
        /** Checks the ranges. */
        public SmoothedLoss {
            requireRange(range);
            if (!(rate > 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException("rate = " + rate + ", expected a finite number > 0");
            }
        }

        /**
         * One step of gradient descent.
         *
         * @param scales the present state, not modified
         * @param start the state that the learning began with, not modified
         * @param gradient derivative of the smoothed loss in log σ_j, not modified
         * @return the next state
         */
        public SiteScales update(SiteScales scales, SiteScales start, double[] gradient) {
            double[] next = scales.logSigmas();
            double[] first = start.logSigmas();
            double most = StrictMath.log(range);
            for (int j = 0; j < next.length; j++) {
                next[j] = Math.clamp(next[j] - rate * gradient[j], first[j] - most, first[j] + most);
            }
            return new SiteScales(next, scales.inputNorms(), scales.slopes());
        }
    }

    /**
     * The variance of the estimate when all sites are perturbed at once. For a loss that is linear in the activations, with
     * a_j = m_j‖H_j‖² and D_j = ‖∂ℓ/∂a_j‖²,
     *
     * <pre>
     *   tr Cov = (Σ_j a_j/σ_j²)(Σ_j σ_j² D_j) + Σ_j ‖Δ_jᵀH_j‖² ≥ (Σ_j √(a_j D_j))² + Σ_j ‖Δ_jᵀH_j‖²
     * </pre>
     *
     * by Cauchy and Schwarz, with equality at σ_j⁴ ∝ a_j/D_j. The geometric mean of the scales stays that of the beginning: only the
     * curvature of the loss, which this model does not know, depends on it. a_j and D_j are means over examples.
     *
     * <p>D_j is measured by probes: one layer-wise sample per example and site, where E w² = σ_j² D_j, with a relative standard
     * deviation of √2. The samples of the gradient would do without probes, E[w² (‖ε_j‖² − m_j)] = 2 σ_j² D_j, but with
     * a relative standard deviation of about √(3 m_j/2)/p_j at a share p_j = σ_j² D_j/Σ_l σ_l² D_l of the variance of w: hundreds, for
     * thousands of activations. Probes are counted as pilot queries, beyond the budget of a step.
     *
     * @param interval steps from one probe to the next, at least 1; the first step probes
     * @param weight weight of the newest measurement in what is remembered, in (0, 1]
     * @param range σ_j is kept within a factor of this of the geometric mean, before that mean is restored; &gt; 1
     */
    record EstimatorVariance(int interval, double weight, double range) implements ScaleObjective {
        /** Checks the ranges. */
        public EstimatorVariance {
            requireRange(range);
            if (interval < 1) {
                throw new IllegalArgumentException("interval = " + interval + ", expected >= 1");
            }
            if (!(weight > 0 && weight <= 1)) {
                throw new IllegalArgumentException("weight = " + weight + ", expected 0 < weight <= 1");
            }
        }

        /**
         * Takes in a measurement. A site whose D_j is 0, as far as was seen, is treated as the flattest that was measured.
         *
         * @param scales the present state, not modified
         * @param inputNorms a_j &gt; 0 measured now, not modified
         * @param slopes D_j ≥ 0 measured now, not modified
         * @return the next state; its scales are as before if no D_j is positive
         */
        public SiteScales update(SiteScales scales, double[] inputNorms, double[] slopes) {
            double[] a = mixed(scales.inputNorms(), inputNorms);
            double[] d = mixed(scales.slopes(), slopes);
            double flattest = Arrays.stream(d).filter(x -> x > 0).min().orElse(Double.NaN);
            if (Double.isNaN(flattest)) {
                return new SiteScales(scales.logSigmas(), a, d);
            }
            double[] logs = new double[a.length];
            Arrays.setAll(logs, j -> (StrictMath.log(a[j]) - StrictMath.log(Math.max(d[j], flattest))) / 4);
            double shift = mean(scales.logSigmas()) - mean(logs);
            double most = StrictMath.log(range);
            double centre = mean(scales.logSigmas());
            Arrays.setAll(logs, j -> Math.clamp(logs[j] + shift, centre - most, centre + most));
            double drift = centre - mean(logs);
            Arrays.setAll(logs, j -> logs[j] + drift);
            return new SiteScales(logs, a, d);
        }

        private double[] mixed(double[] old, double[] measured) {
            double[] mixed = new double[old.length];
            Arrays.setAll(
                    mixed, j -> Double.isNaN(old[j]) ? measured[j] : (1 - weight) * old[j] + weight * measured[j]);
            return mixed;
        }

        private static double mean(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum / values.length;
        }
    }

    private static void requireRange(double range) {
        if (!(range > 1) || Double.isInfinite(range)) {
            throw new IllegalArgumentException("range = " + range + ", expected a finite number > 1");
        }
    }
}
