package dev.flops.models.reference;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Operation;

/**
 * y = x̂ ⊙ γ + β with x̂ = (x − mean) r, r = 1/√(variance + ε), per row of n:
 *
 * <pre>
 *   ∂γ = Σ ∂y ⊙ x̂,   ∂β = Σ ∂y,   ∂x = r (h − mean(h) − x̂ mean(h ⊙ x̂)),   h = ∂y ⊙ γ
 * </pre>
 */
final class LayerNormRule {
    private LayerNormRule() {}

    static Tensor apply(BackwardPass pass, Operation.LayerNorm o, Tensor dy) {
        Tensor x = o.x().tensor();
        int n = o.gamma().length();
        Tensor normalised = pass.workspace().take(x.shape());
        pass.ops().row().layerNormInto(x, null, null, o.epsilon(), normalised);
        pass.ops().elementwise().addColumnDotsInPlace(dy, normalised, pass.gradient(o.gamma(), n));
        pass.ops().elementwise().addColumnSumsInPlace(dy, pass.gradient(o.beta(), n));
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
        float scale = inverseDeviation(x.array(), x.offset() + first, n, epsilon);
        float sum = 0;
        float dot = 0;
        for (int j = 0; j < n; j++) {
            float h = dy.array()[dy.offset() + first + j] * gamma.array()[gamma.offset() + j];
            sum += h;
            dot += h * normalised.array()[normalised.offset() + first + j];
        }
        for (int j = 0; j < n; j++) {
            float h = dy.array()[dy.offset() + first + j] * gamma.array()[gamma.offset() + j];
            float unit = normalised.array()[normalised.offset() + first + j];
            dx.array()[dx.offset() + first + j] = scale * (h - sum / n - unit * (dot / n));
        }
    }

    private static float inverseDeviation(float[] x, int from, int n, float epsilon) {
        float mean = 0;
        for (int j = 0; j < n; j++) {
            mean += x[from + j];
        }
        mean /= n;
        float variance = 0;
        for (int j = 0; j < n; j++) {
            variance += (x[from + j] - mean) * (x[from + j] - mean);
        }
        return (float) (1 / StrictMath.sqrt(variance / n + epsilon));
    }
}
