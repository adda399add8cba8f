package dev.flops.models.reference;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Operation;

/**
 * y = x̂ ⊙ γ with x̂ = x r, r = 1/√(mean(x²) + ε), per row of n:
 *
 * <pre>
 *   ∂γ = Σ ∂y ⊙ x̂,   ∂x = r (h − x̂ mean(h ⊙ x̂)),   h = ∂y ⊙ γ
 * </pre>
 */
final class RmsNormRule {
    private RmsNormRule() {}

    static Tensor apply(BackwardPass pass, Operation.RmsNorm o, Tensor dy) {
        Tensor x = o.x().tensor();
        int n = o.gamma().length();
        Tensor normalised = pass.workspace().take(x.shape());
        pass.ops().row().rmsNormInto(x, null, o.epsilon(), normalised);
        pass.ops().elementwise().addColumnDotsInPlace(dy, normalised, pass.gradient(o.gamma(), n));
        Tensor dx = pass.workspace().take(x.shape());
        Tensor gamma = pass.value(o.gamma(), n);
        for (int first = 0; first < x.elements(); first += n) {
            inputGradient(x, normalised, dy, gamma, o.epsilon(), first, dx);
        }
        return dx;
    }

    /** One row, from element {@code first} on. */
    private static void inputGradient(
            Tensor x, Tensor normalised, Tensor dy, Tensor gamma, float epsilon, int first, Tensor dx) {
        int n = gamma.elements();
        float squares = 0;
        float dot = 0;
        for (int j = 0; j < n; j++) {
            float value = x.array()[x.offset() + first + j];
            float h = dy.array()[dy.offset() + first + j] * gamma.array()[gamma.offset() + j];
            squares += value * value;
            dot += h * normalised.array()[normalised.offset() + first + j];
        }
        float scale = (float) (1 / StrictMath.sqrt(squares / n + epsilon));
        for (int j = 0; j < n; j++) {
            float h = dy.array()[dy.offset() + first + j] * gamma.array()[gamma.offset() + j];
            float unit = normalised.array()[normalised.offset() + first + j];
            dx.array()[dx.offset() + first + j] = scale * (h - unit * (dot / n));
        }
    }
}
