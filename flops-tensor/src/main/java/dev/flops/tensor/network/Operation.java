package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a forward, with its operands: what a {@link ForwardContext} is asked to perform, as a value. The
 * methods of the context of the same names say what each computes.
 */
public sealed interface Operation {
    /**
     * The input, or the first of two.
     *
     * @return (rows, ...)
     */
    Activation x();

    /**
     * The second input.
     *
     * @return (rows, ...), or null if there is none
     */
    default @Nullable Activation y() {
        return null;
    }

    /**
     * Whether an input has rows of samples.
     *
     * @return true downstream of a perturbed site
     */
    default boolean perSample() {
        Activation y = y();
        return x().perSample() || (y != null && y.perSample());
    }

    /**
     * x Wᵀ + b on the last axis.
     *
     * @param x (rows, ..., k)
     * @param weight (n, k)
     * @param bias (n), or null for none
     */
    record Linear(Activation x, Parameter weight, @Nullable Parameter bias) implements Operation {}

    /**
     * Convolution of channels-last images.
     *
     * @param x (rows, height, width, channels)
     * @param weight (out, channels / groups, kernelHeight, kernelWidth)
     * @param bias (out), or null for none
     * @param window geometry
     * @param groups number of channel groups
     */
    record Convolution(
            Activation x, Parameter weight, @Nullable Parameter bias, Window window, int groups) implements Operation {}

    /**
     * Layer normalisation of the last axis.
     *
     * @param x (rows, ..., n)
     * @param gamma (n)
     * @param beta (n)
     * @param epsilon added to the variance
     */
    record LayerNorm(Activation x, Parameter gamma, Parameter beta, float epsilon) implements Operation {}

    /**
     * Root-mean-square normalisation of the last axis.
     *
     * @param x (rows, ..., n)
     * @param gamma (n)
     * @param epsilon added to the mean square
     */
    record RmsNorm(Activation x, Parameter gamma, float epsilon) implements Operation {}

    /**
     * Group normalisation of channels-last images, without its affine part.
     *
     * @param x (rows, ..., channels)
     * @param groups number of channel groups
     * @param epsilon added to the variance
     */
    record GroupNorm(Activation x, int groups, float epsilon) implements Operation {}

    /**
     * Normalisation of each channel with given statistics.
     *
     * @param x (rows, ..., channels)
     * @param mean (channels), a constant
     * @param variance (channels), a constant
     * @param epsilon added to the variance
     */
    record Standardize(Activation x, Parameter mean, Parameter variance, float epsilon) implements Operation {}

    /**
     * x ⊙ gamma + beta per channel.
     *
     * @param x (rows, ..., channels)
     * @param gamma (channels)
     * @param beta (channels)
     */
    record Affine(Activation x, Parameter gamma, Parameter beta) implements Operation {}

    /**
     * Gaussian error linear unit.
     *
     * @param x any shape
     */
    record Gelu(Activation x) implements Operation {}

    /**
     * Sigmoid linear unit.
     *
     * @param x any shape
     */
    record Silu(Activation x) implements Operation {}

    /**
     * Rectified linear unit.
     *
     * @param x any shape
     */
    record Relu(Activation x) implements Operation {}

    /**
     * x + y.
     *
     * @param x (rows, ...)
     * @param y as x
     */
    record Add(Activation x, Activation y) implements Operation {}

    /**
     * factor · x.
     *
     * @param x any shape
     * @param factor the factor
     */
    record Scale(Activation x, float factor) implements Operation {}

    /**
     * Multi-head self-attention without projections.
     *
     * @param x (rows, tokens, 3 d), each row [q | k | v]
     * @param heads number of heads
     */
    record Attention(Activation x, int heads) implements Operation {}

    /**
     * The same elements under another shape per row.
     *
     * @param x (rows, ...)
     * @param shape (rows, ...) of the result
     */
    record Reshape(Activation x, Shape shape) implements Operation {}

    /**
     * Max pooling.
     *
     * @param x (rows, height, width, channels)
     * @param window geometry
     */
    record MaxPool(Activation x, Window window) implements Operation {}

    /**
     * Average pooling; padding is not counted.
     *
     * @param x (rows, height, width, channels)
     * @param window geometry
     */
    record AveragePool(Activation x, Window window) implements Operation {}

    /**
     * [token | x] + positions.
     *
     * @param x (rows, T, d)
     * @param token (1, 1, d)
     * @param positions (1, T + 1, d)
     */
    record Embed(Activation x, Parameter token, Parameter positions) implements Operation {}

    /**
     * A parameter, once per row of x; no value of x is read.
     *
     * @param x (rows, ...)
     * @param value (1, ...)
     */
    record Broadcast(Activation x, Parameter value) implements Operation {}

    /**
     * Entries of the second axis of y, put in front of an entry of that axis of x.
     *
     * @param x (rows, T, d)
     * @param y (rows, P, d)
     * @param index where the first of y will be, in [0, T]
     */
    record Insert(Activation x, Activation y, int index) implements Operation {}

    /**
     * Bilinear interpolation of channels-last images.
     *
     * @param x (rows, height, width, channels)
     * @param height rows of the result
     * @param width columns of the result
     */
    record Resize(Activation x, int height, int width) implements Operation {}

    /**
     * One entry of the second axis.
     *
     * @param x (rows, T, d)
     * @param index in [0, T)
     */
    record Token(Activation x, int index) implements Operation {}
}
