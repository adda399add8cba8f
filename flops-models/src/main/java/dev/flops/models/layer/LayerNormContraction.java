package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ScoreContraction;
import java.util.List;

/** For a = x̂ ⊙ γ + β: ∇γ = Σ S ⊙ x̂, ∇β = Σ S over all rows and tokens. */
record LayerNormContraction(Parameter gamma, Parameter beta, float epsilon) implements ScoreContraction {
    @Override
    public List<Parameter> parameters() {
        return List.of(gamma, beta);
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        long mark = workspace.mark();
        Tensor normalised = workspace.take(input.shape());
        ops.row().layerNormInto(input, null, null, epsilon, normalised);
        ops.elementwise().addColumnDotsInPlace(score, normalised, gradient, gamma.offset());
        ops.elementwise().addColumnSumsInPlace(score, gradient, beta.offset());
        workspace.release(mark);
    }

    /** Σ_t ‖x̂_t‖² + T n, where ‖x̂_t‖² = n up to the epsilon of the variance. */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        return 2.0 * output.elements() / output.shape().extent(0);
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        return 11L * outputElements;
    }
}
