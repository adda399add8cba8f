package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import java.util.List;

/**
 * How noise at a site becomes a gradient. At an additive site a = f(h; θ) is replaced by a + σ ε; conditional on h the
 * score of a is ε/σ, so that with loss weights w
 *
 * <pre>
 *   ∇_θ E[ℓ] = E[ J_θ f(h; θ)ᵀ (w ε/σ) ]
 * </pre>
 *
 * (Jiang et al., ICLR 2024, arXiv 2305.08960). Only the Jacobian of f itself is needed, never of what follows: for
 * a = W h + b it is ∇W = (w ε/σ) hᵀ, ∇b = w ε/σ.
 */
public interface ScoreContraction {
    /**
     * The parameters behind the site.
     *
     * @return all parameters on which f depends
     */
    List<Parameter> parameters();

    /**
     * gradient += Σ_r J(h_r)ᵀ score_r, one chain over the rows in order, so that calls over consecutive blocks of rows
     * equal one call over all of them.
     *
     * @param ops tensor operations
     * @param score weighted noise S, the shape of the site's output (rows, ...), not modified
     * @param input the layer's input h, (rows, ...), not modified
     * @param gradient modified: the gradient in the layout of all parameters of the network
     * @param workspace scratch memory
     */
    void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace);

    /**
     * E‖J(h)ᵀ ε‖² over unit noise ε: the squared norm of a score direction, for the estimate of sample variances. For
     * a = W h + b with T rows and m features it is m Σ_t (‖h_t‖² + 1).
     *
     * @param ops tensor operations
     * @param input the layer's input, (rows, ...), not modified
     * @param output the layer's output, (rows, ...), not modified
     * @param row the row that is meant
     * @return the expectation
     */
    double directionNorm(TensorOps ops, Tensor input, Tensor output, int row);

    /**
     * Floating-point operations of {@link #accumulate}.
     *
     * @param inputElements elements of the input per row
     * @param outputElements elements of the output per row
     * @return operations per row
     */
    long flops(int inputElements, int outputElements);
}
