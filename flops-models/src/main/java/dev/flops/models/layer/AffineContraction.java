package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ScoreContraction;
import java.util.List;

/** For a = x̂ ⊙ γ + β per channel, of the input x̂: ∇γ = Σ S ⊙ x̂, ∇β = Σ S over all rows and positions. */
record AffineContraction(Parameter gamma, Parameter beta) implements ScoreContraction {
    @Override
    public List<Parameter> parameters() {
        return List.of(gamma, beta);
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        ops.elementwise().addColumnDotsInPlace(score, input, gradient, gamma.offset());
        ops.elementwise().addColumnSumsInPlace(score, gradient, beta.offset());
    }

    /** ‖x̂‖² + the number of its elements. */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        int length = input.elements() / input.shape().extent(0);
        return (double) ops.row().sumOfSquares(input, row * length, length) + length;
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        return 3L * outputElements;
    }
}
