package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ScoreContraction;
import java.util.List;

/** For a = x̂ ⊙ γ with x̂ = x / √(mean(x²) + ε): ∇γ = Σ S ⊙ x̂ over all rows and tokens. */
record RmsNormContraction(Parameter gamma, float epsilon) implements ScoreContraction {
    @Override
    public List<Parameter> parameters() {
        return List.of(gamma);
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        long mark = workspace.mark();
        Tensor normalised = workspace.take(input.shape());
        ops.row().rmsNormInto(input, null, epsilon, normalised);
        ops.elementwise().addColumnDotsInPlace(score, normalised, gradient, gamma.offset());
        workspace.release(mark);
    }

    /** Σ_t ‖x̂_t‖², where ‖x̂_t‖² = ‖x_t‖² / (‖x_t‖² / n + ε). */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        int n = gamma.length();
        double norm = 0;
        int tokens = input.elements() / input.shape().extent(0) / n;
        for (int t = row * tokens; t < (row + 1) * tokens; t++) {
            double squares = ops.row().sumOfSquares(input, t * n, n);
            norm += squares / (squares / n + epsilon);
        }
        return norm;
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        return 6L * outputElements;
    }
}
