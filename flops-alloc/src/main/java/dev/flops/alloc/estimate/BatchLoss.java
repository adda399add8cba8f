package dev.flops.alloc.estimate;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;

/**
 * What the outputs of a batch lose. A loss L(θ) = (1/B) Σ_i l_i may couple the examples: l_i may depend on the outputs of the whole
 * batch. The loss of example i under a perturbation of its own forward is then
 *
 * <pre>
 *   ℓ_i(θ) = l_i(θ̄) + B (L(θ̄ but θ in the forward of example i) − L(θ̄)),     θ̄ = θ, held fixed
 * </pre>
 *
 * the example's part of the clean loss plus the change of the whole batch's loss, times B, as its output alone changes. By the
 * chain rule (1/B) Σ_i ∇ℓ_i(θ̄) = ∇L(θ̄), and every ℓ_i needs the outputs of one forward: estimators, baselines and allocations are those
 * of losses that are not coupled, for which ℓ_i is l_i.
 */
public interface BatchLoss {
    /**
     * Fixes the batch and its clean outputs.
     *
     * @param examples indices of the B examples in their data set, not modified
     * @param outputs (B, outputs) of the clean forward, not modified, valid for as long as the result is used
     * @return the loss at these outputs, valid until the next call; its arrays remain as they are
     */
    Clean at(int[] examples, Tensor outputs);

    /** The loss of one batch at its clean outputs. Safe for use by several threads at once. */
    interface Clean {
        /**
         * Parts of the clean loss.
         *
         * @return l_i, in the order of the batch
         */
        float[] losses();

        /**
         * How far the examples are from what they should be: the norm of the derivative of B L by what the softmax of example i takes.
         *
         * @return one a example, or nothing if the loss knows none
         */
        float[] errorNorms();

        /**
         * Losses of perturbed forwards.
         *
         * @param outputs (rows, outputs) of perturbed forwards, not modified
         * @param positions the example of each row, by its position in the batch, not modified
         * @param losses modified: receives ℓ_i of each row
         * @param offset where they begin
         * @param workspace lends memory, which the caller takes back
         */
        void perturbedInto(Tensor outputs, int[] positions, float[] losses, int offset, Workspace workspace);

        /**
         * Floating-point operations of one perturbed row.
         *
         * @return their number; 0 if it is a few for each output, which nobody counts
         */
        long flopsPerRow();
    }
}
