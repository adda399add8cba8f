package dev.flops.models.adapter;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ScoreContraction;
import java.util.List;

/** For a[r] = value, the same in every row: ∇value = Σ_r S_r. */
record BroadcastContraction(Parameter value) implements ScoreContraction {
    @Override
    public List<Parameter> parameters() {
        return List.of(value);
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        int n = value.length();
        Tensor flat = workspace.part(Shape.of(score.elements() / n, n), score, 0);
        ops.elementwise().addColumnSumsInPlace(flat, gradient, value.offset());
    }

    /** The number of its elements. */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        return value.length();
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        return outputElements;
    }
}
