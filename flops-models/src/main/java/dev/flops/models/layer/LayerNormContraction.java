package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
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
        int n = gamma.length();
        long mark = workspace.mark();
        Tensor normalised = workspace.take(input.shape());
        ops.row().layerNormInto(input, null, null, epsilon, normalised);
        Tensor gammaGradient = Tensor.view(Shape.of(n), gradient, gamma.offset());
        Tensor betaGradient = Tensor.view(Shape.of(n), gradient, beta.offset());
        ops.elementwise().addColumnDotsInPlace(score, normalised, gammaGradient);
        ops.elementwise().addColumnSumsInPlace(score, betaGradient);
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
