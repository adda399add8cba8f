package dev.flops.models.reference;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Operation;
import org.jspecify.annotations.Nullable;

/** Tokens and positions of sequences (rows, T, d). */
final class SequenceRules {
    private SequenceRules() {}

    /** y = [token | x] + positions: ∂positions = Σ_r ∂y[r], ∂token = Σ_r ∂y[r, 0], ∂x[r] = ∂y[r, 1:]. */
    static Tensor embed(BackwardPass pass, Operation.Embed o, Tensor dy) {
        Tensor x = o.x().tensor();
        int rows = x.shape().extent(0);
        int d = o.token().length();
        int n = o.positions().length(); // (T + 1) d
        pass.ops().elementwise().addColumnSumsInPlace(dy.reshape(Shape.of(rows, n)), pass.gradient(o.positions(), n));
        Tensor dToken = pass.gradient(o.token(), d);
        Tensor dx = pass.workspace().take(x.shape());
        for (int r = 0; r < rows; r++) {
            int from = dy.offset() + r * n;
            pass.ops().elementwise().addInto(dToken, Tensor.view(Shape.of(d), dy.array(), from), dToken);
            System.arraycopy(dy.array(), from + d, dx.array(), dx.offset() + r * (n - d), n - d);
        }
        return dx;
    }

    /** y[r] = x[r, index]: ∂x is 0 elsewhere. */
    static Tensor token(BackwardPass pass, Operation.Token o, Tensor dy) {
        Tensor dx = pass.takeZeros(o.x().shape());
        int tokens = dx.shape().extent(1);
        int d = dx.shape().extent(2);
        for (int r = 0; r < dx.shape().extent(0); r++) {
            int to = dx.offset() + (r * tokens + o.index()) * d;
            System.arraycopy(dy.array(), dy.offset() + r * d, dx.array(), to, d);
        }
        return dx;
    }

    /** y[r] = value: ∂value = Σ_r ∂y[r]; no value of x is read, so it has no gradient. */
    static @Nullable Tensor broadcast(BackwardPass pass, Operation.Broadcast o, Tensor dy) {
        int n = o.value().length();
        pass.ops()
                .elementwise()
                .addColumnSumsInPlace(dy.reshape(Shape.of(dy.elements() / n, n)), pass.gradient(o.value(), n));
        return null;
    }

    /** The part of ∂y that belongs to the tokens around the inserted ones. */
    static Tensor around(BackwardPass pass, Operation.Insert o, Tensor dy) {
        Tensor dx = pass.workspace().take(o.x().shape());
        int d = dx.shape().extent(2);
        int n = dx.shape().extent(1) * d;
        int inserted = o.y().shape().extent(1) * d;
        int before = o.index() * d;
        for (int r = 0; r < dx.shape().extent(0); r++) {
            int from = dy.offset() + r * (n + inserted);
            int to = dx.offset() + r * n;
            System.arraycopy(dy.array(), from, dx.array(), to, before);
            System.arraycopy(dy.array(), from + before + inserted, dx.array(), to + before, n - before);
        }
        return dx;
    }

    /** The part of ∂y that belongs to the inserted tokens. */
    static Tensor inserted(BackwardPass pass, Operation.Insert o, Tensor dy) {
        Tensor result = pass.workspace().take(o.y().shape());
        int d = result.shape().extent(2);
        int n = result.shape().extent(1) * d;
        int stride = dy.shape().extent(1) * d;
        for (int r = 0; r < result.shape().extent(0); r++) {
            int from = dy.offset() + r * stride + o.index() * d;
            System.arraycopy(dy.array(), from, result.array(), result.offset() + r * n, n);
        }
        return result;
    }
}
