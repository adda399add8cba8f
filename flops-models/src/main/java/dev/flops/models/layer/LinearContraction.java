package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ProductContraction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For a = W h + b: ∇W = Σ S hᵀ, ∇b = Σ S over all rows and tokens. */
record LinearContraction(Parameter weight, @Nullable Parameter bias) implements ProductContraction {
    @Override
    public List<Parameter> parameters() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public int groups() {
        return 1;
    }

    @Override
    public Tensor operands(TensorOps ops, Tensor input, int group, Workspace workspace) {
        int in = input.shape().extent(-1);
        return input.reshape(Shape.of(input.elements() / in, in));
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        ops.matrix().addTransposedProductInPlace(score, input, gradient, weight.offset(), workspace);
        if (bias != null) {
            ops.elementwise().addColumnSumsInPlace(score, gradient, bias.offset());
        }
    }

    /** m Σ_t (‖h_t‖² + 1), without the 1 where there is no bias. */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        int m = weight.shape().getFirst();
        int rows = input.shape().extent(0);
        int tokens = output.elements() / rows / m;
        int length = input.elements() / rows;
        return m * ((double) ops.row().sumOfSquares(input, row * length, length) + (bias == null ? 0 : tokens));
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        int out = weight.shape().getFirst();
        return 2L * inputElements * out + outputElements;
    }
}
