package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * The contraction of a site whose output is a product with a weight matrix, a_t = W x_t + b over T operands x_t per row: a
 * linear layer (x_t is a token) or a convolution (x_t is a patch). There the weights themselves may be perturbed instead of
 * the activations, a_t + σ (E x_t + e).
 *
 * <p>Output features come in groups of equal size, and each group has operands of its own.
 */
public interface ProductContraction extends ScoreContraction {
    /**
     * The weights.
     *
     * @return W, (out, ...), row-major with k numbers per output feature
     */
    Parameter weight();

    /**
     * The biases.
     *
     * @return b, (out); null if there are none
     */
    @Nullable
    Parameter bias();

    /**
     * Groups of output features.
     *
     * @return a divisor of out
     */
    int groups();

    /**
     * What the features of a group are products of.
     *
     * @param ops tensor operations
     * @param input the layer's input, (rows, ...), not modified
     * @param group index of the group
     * @param workspace receives the operands, unless the input serves as it is
     * @return x, (rows · T, k), not to be modified
     */
    Tensor operands(TensorOps ops, Tensor input, int group, Workspace workspace);
}
