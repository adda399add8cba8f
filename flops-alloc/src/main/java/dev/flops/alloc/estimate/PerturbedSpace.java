package dev.flops.alloc.estimate;

import dev.flops.tensor.network.ProductContraction;
import dev.flops.tensor.network.Site;

/**
 * What the noise of a site is added to. A site a_t = W x_t + b with T operands x_t of k numbers and m output features gives, for a
 * loss that is linear in a, with Δ = ∂ℓ/∂a (T, m) and H = [x 1] (T, k + 1),
 *
 * <pre>
 *   activations   tr Cov = m‖Δ‖²‖H‖² + ‖ΔᵀH‖²
 *   full weights  tr Cov = (m(k + 1) + 1)‖ΔᵀH‖²
 * </pre>
 *
 * per sample, pairs or clean loss as baseline. One token (T = 1) is better off by a factor k with activations; where T exceeds k
 * and the tokens are incoherent, ‖ΔᵀH‖² ≪ ‖Δ‖²‖H‖² and weights can win. In every space each sample has noise of its own, so that
 * samples may be allocated per example.
 */
public sealed interface PerturbedSpace {
    /**
     * Whether a site has this space.
     *
     * @param site a perturbation site
     * @return true for activations everywhere, for weights at linear and convolution layers
     */
    boolean at(Site site);

    /** The activations, a + σ ε: every site has them. */
    record Activations() implements PerturbedSpace {
        @Override
        public boolean at(Site site) {
            return true;
        }

        @Override
        public String toString() {
            return "activations";
        }
    }

    /** Weights and biases, a + σ (E x + e), with a Gaussian E and e of each sample's own. */
    record Weights() implements PerturbedSpace {
        @Override
        public boolean at(Site site) {
            return site.contraction() instanceof ProductContraction;
        }

        @Override
        public String toString() {
            return "weights";
        }
    }

    /**
     * The same with E = A Bᵀ/√r, A (m, r) and B (k, r) Gaussian; e is Gaussian: (m + k) r + m numbers for m (k + 1), and thin
     * products. The density of E is not Gaussian, so that E[w E/σ] = ∇ℓ + O(σ²) is the gradient of no smoothed loss; its variance
     * is larger than that of full weights.
     *
     * <p>Reference: Sarkar et al., <em>Evolution Strategies at the Hyperscale</em>, 2025 (arXiv 2511.16652).
     *
     * @param rank r, at least 1
     */
    record LowRankWeights(int rank) implements PerturbedSpace {
        /** Checks the range. */
        public LowRankWeights {
            if (rank < 1) {
                throw new IllegalArgumentException("rank = " + rank + ", expected >= 1");
            }
        }

        @Override
        public boolean at(Site site) {
            return site.contraction() instanceof ProductContraction;
        }

        @Override
        public String toString() {
            return "weights of rank " + rank;
        }
    }
}
