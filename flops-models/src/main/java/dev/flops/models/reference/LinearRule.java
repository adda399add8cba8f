package dev.flops.models.reference;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Operation;
import org.jspecify.annotations.Nullable;

/** y = x Wᵀ + b over all rows: ∂x = ∂y W, ∂W = ∂yᵀ x, ∂b = Σ ∂y. */
final class LinearRule {
    private LinearRule() {}

    static @Nullable Tensor apply(BackwardPass pass, Operation.Linear o, Tensor dy, boolean wanted) {
        Tensor x = o.x().tensor();
        int n = o.weight().shape().getFirst();
        int k = o.weight().length() / n;
        int rows = x.elements() / k;
        pass.ops()
                .matrix()
                .addTransposedProductInPlace(
                        dy.reshape(Shape.of(rows, n)),
                        x.reshape(Shape.of(rows, k)),
                        pass.gradient(o.weight(), n, k),
                        pass.workspace());
        if (o.bias() != null) {
            pass.ops().elementwise().addColumnSumsInPlace(dy, pass.gradient(o.bias(), n));
        }
        if (!wanted) {
            return null;
        }
        Tensor dx = pass.take(rows, k);
        pass.ops()
                .matrix()
                .matmulInto(dy.reshape(Shape.of(rows, n)), pass.value(o.weight(), n, k), dx, pass.workspace());
        return dx.reshape(x.shape());
    }
}
