package dev.flops.models.reference;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Operation;

/** Normalisations of channels-last images. */
final class ChannelNormRules {
    private ChannelNormRules() {}

    /** y = x ⊙ γ + β: ∂γ = Σ ∂y ⊙ x, ∂β = Σ ∂y, ∂x = ∂y ⊙ γ. */
    static Tensor affine(BackwardPass pass, Operation.Affine o, Tensor dy) {
        int n = o.gamma().length();
        pass.ops().elementwise().addColumnDotsInPlace(dy, o.x().tensor(), pass.gradient(o.gamma(), n));
        pass.ops().elementwise().addColumnSumsInPlace(dy, pass.gradient(o.beta(), n));
        Tensor gamma = pass.value(o.gamma(), n);
        Tensor dx = pass.workspace().take(dy.shape());
        for (int i = 0; i < dy.elements(); i++) {
            dx.array()[dx.offset() + i] = gamma.array()[gamma.offset() + i % n] * dy.array()[dy.offset() + i];
        }
        return dx;
    }

    /** y = (x − mean) / √(variance + ε), the statistics constants: ∂x = ∂y / √(variance + ε). */
    static Tensor standardize(BackwardPass pass, Operation.Standardize o, Tensor dy) {
        int n = o.variance().length();
        Tensor variance = pass.value(o.variance(), n);
        Tensor dx = pass.workspace().take(dy.shape());
        for (int i = 0; i < dy.elements(); i++) {
            double v = variance.array()[variance.offset() + i % n];
            dx.array()[dx.offset() + i] = (float) (dy.array()[dy.offset() + i] / StrictMath.sqrt(v + o.epsilon()));
        }
        return dx;
    }

    /** Per image and group of N values, x̂ = (x − mean) r: ∂x = r (∂y − mean(∂y) − x̂ mean(∂y ⊙ x̂)), r = 1/√(var + ε). */
    static Tensor group(BackwardPass pass, Operation.GroupNorm o, Tensor dy) {
        Tensor x = o.x().tensor();
        Tensor dx = pass.workspace().take(x.shape());
        int channels = x.shape().extent(-1);
        int share = channels / o.groups();
        int length = x.elements() / x.shape().extent(0);
        int[] places = new int[length / o.groups()];
        for (int r = 0; r < x.shape().extent(0); r++) {
            for (int g = 0; g < o.groups(); g++) {
                for (int i = 0; i < places.length; i++) {
                    places[i] = r * length + i / share * channels + g * share + i % share;
                }
                group(x, places, o.epsilon(), dy, dx);
            }
        }
        return dx;
    }

    private static void group(Tensor x, int[] places, float epsilon, Tensor dy, Tensor dx) {
        double mean = 0;
        double dyMean = 0;
        for (int at : places) {
            mean += (double) x.array()[x.offset() + at] / places.length;
            dyMean += (double) dy.array()[dy.offset() + at] / places.length;
        }
        double variance = 0;
        double dot = 0;
        for (int at : places) {
            double centred = x.array()[x.offset() + at] - mean;
            variance += centred * centred / places.length;
            dot += centred * dy.array()[dy.offset() + at] / places.length;
        }
        double inverse = 1 / (variance + epsilon);
        double scale = StrictMath.sqrt(inverse);
        for (int at : places) {
            double centred = x.array()[x.offset() + at] - mean;
            double gradient = dy.array()[dy.offset() + at] - dyMean - centred * inverse * dot;
            dx.array()[dx.offset() + at] = (float) (scale * gradient);
        }
    }
}
