package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ScoreContraction;
import java.util.List;

/** For a = [token | x] + positions: ∇positions = Σ_r S_r, ∇token = Σ_r S_r[0]. */
record EmbeddingContraction(Parameter token, Parameter positions) implements ScoreContraction {
    @Override
    public List<Parameter> parameters() {
        return List.of(token, positions);
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        int rows = score.shape().extent(0);
        int n = positions.length();
        int d = token.length();
        Tensor flat = workspace.part(Shape.of(rows, n), score, 0);
        ops.elementwise().addColumnSumsInPlace(flat, gradient, positions.offset());
        for (int r = 0; r < rows; r++) {
            Tensor first = workspace.part(Shape.of(1, d), score, r * n);
            ops.elementwise().addColumnSumsInPlace(first, gradient, token.offset());
        }
    }

    /** (T + 1) d + d: the class token receives its own noise and shares it with the first position. */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        return (double) output.elements() / output.shape().extent(0) + token.length();
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        return (long) outputElements + token.length();
    }
}
