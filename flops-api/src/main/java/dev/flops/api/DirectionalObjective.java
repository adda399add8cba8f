package dev.flops.api;

/**
 * A black box that also answers how fast a loss changes along a direction: a Jacobian-vector product (JVP), which forward-mode
 * differentiation delivers beside the loss in one forward.
 */
public interface DirectionalObjective extends Objective {
    /**
     * Answers queries with a loss and a directional derivative each.
     *
     * @param point θ, d values, not modified
     * @param directions ε, row-major (queries, d), not modified
     * @param examples example of each query, not modified
     * @param losses modified: losses[q] = ℓ_{examples[q]}(θ); its length is the number of queries
     * @param derivatives modified: derivatives[q] = ∇ℓ_{examples[q]}(θ) · directions[q], exactly, no finite difference
     */
    void evaluateAlong(float[] point, float[] directions, int[] examples, float[] losses, float[] derivatives);
}
