package dev.flops.models.reference;

import dev.flops.tensor.ElementwiseOps;
import dev.flops.tensor.Tensor;

/** Elementwise maps: ∂x = f′(x) ⊙ ∂y. */
final class ElementwiseRules {
    private static final float SQRT_HALF = (float) 0.7071067811865476;
    private static final float INVERSE_SQRT_TWO_PI = (float) 0.3989422804014327;

    private ElementwiseRules() {}

    /** f′(x) = Φ(x) + x φ(x) = (1 + erf(x/√2))/2 + x exp(−x²/2)/√(2π). */
    static Tensor gelu(BackwardPass pass, Tensor x, Tensor dy) {
        ElementwiseOps elementwise = pass.ops().elementwise();
        Tensor scaled = pass.workspace().take(x.shape()); // x/√2
        Tensor erf = pass.workspace().take(x.shape());
        Tensor dx = pass.workspace().take(x.shape());
        elementwise.scaleInto(SQRT_HALF, x, scaled);
        elementwise.erfInto(scaled, erf);
        elementwise.multiplyElementsInto(scaled, scaled, dx);
        elementwise.scaleInto(-1, dx, dx);
        elementwise.expInto(dx, dx); // exp(−x²/2)
        elementwise.multiplyElementsInto(dx, x, dx);
        for (int i = 0; i < x.elements(); i++) {
            float density = INVERSE_SQRT_TWO_PI * dx.array()[dx.offset() + i]; // x φ(x)
            float slope = 0.5f + 0.5f * erf.array()[erf.offset() + i] + density;
            dx.array()[dx.offset() + i] = slope * dy.array()[dy.offset() + i];
        }
        return dx;
    }

    /** f′(x) = s (1 + x (1 − s)), s = 1/(1 + exp(−x)). */
    static Tensor silu(BackwardPass pass, Tensor x, Tensor dy) {
        Tensor dx = pass.workspace().take(x.shape());
        pass.ops().elementwise().scaleInto(-1, x, dx);
        pass.ops().elementwise().expInto(dx, dx); // exp(−x)
        for (int i = 0; i < x.elements(); i++) {
            float sigmoid = 1 / (1 + dx.array()[dx.offset() + i]);
            float slope = sigmoid * (1 + x.array()[x.offset() + i] * (1 - sigmoid));
            dx.array()[dx.offset() + i] = slope * dy.array()[dy.offset() + i];
        }
        return dx;
    }

    /** f′(x) = 1 where x > 0, else 0. */
    static Tensor relu(BackwardPass pass, Tensor x, Tensor dy) {
        Tensor dx = pass.workspace().take(x.shape());
        for (int i = 0; i < x.elements(); i++) {
            dx.array()[dx.offset() + i] = x.array()[x.offset() + i] > 0 ? dy.array()[dy.offset() + i] : 0;
        }
        return dx;
    }

    /** y = factor x. */
    static Tensor scale(BackwardPass pass, float factor, Tensor dy) {
        Tensor dx = pass.workspace().take(dy.shape());
        pass.ops().elementwise().scaleInto(factor, dy, dx);
        return dx;
    }
}
