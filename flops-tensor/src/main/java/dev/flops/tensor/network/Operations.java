package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/** The operations that layers are written in, by name; each is an {@link Operation} that a forward performs. */
public interface Operations {
    /**
     * Performs an operation.
     *
     * @param operation what to compute, of which inputs
     * @return its output
     */
    Activation perform(Operation operation);

    /**
     * x Wᵀ + b on the last axis.
     *
     * @param x (rows, ..., k)
     * @param weight (n, k), declared as a matrix
     * @param bias (n), or null for none
     * @return (rows, ..., n)
     */
    default Activation linear(Activation x, Parameter weight, @Nullable Parameter bias) {
        return perform(new Operation.Linear(x, weight, bias));
    }

    /**
     * Convolution of channels-last images.
     *
     * @param x (rows, height, width, channels)
     * @param weight (out, channels / groups, kernelHeight, kernelWidth), declared as a matrix of these groups
     * @param bias (out), or null for none
     * @param window geometry
     * @param groups number of channel groups
     * @return (rows, outHeight, outWidth, out)
     */
    default Activation convolution(
            Activation x, Parameter weight, @Nullable Parameter bias, Window window, int groups) {
        return perform(new Operation.Convolution(x, weight, bias, window, groups));
    }

    /**
     * Layer normalisation of the last axis.
     *
     * @param x (rows, ..., n)
     * @param gamma (n)
     * @param beta (n)
     * @param epsilon added to the variance
     * @return as x
     */
    default Activation layerNorm(Activation x, Parameter gamma, Parameter beta, float epsilon) {
        return perform(new Operation.LayerNorm(x, gamma, beta, epsilon));
    }

    /**
     * Root-mean-square normalisation of the last axis (Zhang and Sennrich, NeurIPS 2019).
     *
     * @param x (rows, ..., n)
     * @param gamma (n)
     * @param epsilon added to the mean square
     * @return as x
     */
    default Activation rmsNorm(Activation x, Parameter gamma, float epsilon) {
        return perform(new Operation.RmsNorm(x, gamma, epsilon));
    }

    /**
     * Group normalisation of channels-last images without its affine part (Wu and He, ECCV 2018).
     *
     * @param x (rows, ..., channels)
     * @param groups number of channel groups, a divisor of channels
     * @param epsilon added to the variance
     * @return as x
     */
    default Activation groupNorm(Activation x, int groups, float epsilon) {
        return perform(new Operation.GroupNorm(x, groups, epsilon));
    }

    /**
     * (x − mean) / √(variance + epsilon) per channel, with given statistics.
     *
     * @param x (rows, ..., channels)
     * @param mean (channels), a constant
     * @param variance (channels), a constant
     * @param epsilon added to the variance
     * @return as x
     */
    default Activation standardize(Activation x, Parameter mean, Parameter variance, float epsilon) {
        return perform(new Operation.Standardize(x, mean, variance, epsilon));
    }

    /**
     * x ⊙ gamma + beta per channel.
     *
     * @param x (rows, ..., channels)
     * @param gamma (channels)
     * @param beta (channels)
     * @return as x
     */
    default Activation affine(Activation x, Parameter gamma, Parameter beta) {
        return perform(new Operation.Affine(x, gamma, beta));
    }

    /**
     * Gaussian error linear unit.
     *
     * @param x any shape
     * @return as x
     */
    default Activation gelu(Activation x) {
        return perform(new Operation.Gelu(x));
    }

    /**
     * Sigmoid linear unit, x / (1 + exp(−x)) (Hendrycks and Gimpel 2016, arXiv 1606.08415).
     *
     * @param x any shape
     * @return as x
     */
    default Activation silu(Activation x) {
        return perform(new Operation.Silu(x));
    }

    /**
     * Rectified linear unit.
     *
     * @param x any shape
     * @return as x
     */
    default Activation relu(Activation x) {
        return perform(new Operation.Relu(x));
    }

    /**
     * a + b, such as a residual connection.
     *
     * @param a (rows, ...)
     * @param b as a; where one is clean and the other perturbed, the clean row of each sample's example is added
     * @return as a
     */
    default Activation add(Activation a, Activation b) {
        return perform(new Operation.Add(a, b));
    }

    /**
     * factor · x.
     *
     * @param x any shape
     * @param factor the factor
     * @return as x
     */
    default Activation scale(Activation x, float factor) {
        return perform(new Operation.Scale(x, factor));
    }

    /**
     * Multi-head self-attention without projections.
     *
     * @param qkv (rows, tokens, 3 d), each row [q | k | v]
     * @param heads number of heads
     * @return (rows, tokens, d)
     */
    default Activation attention(Activation qkv, int heads) {
        return perform(new Operation.Attention(qkv, heads));
    }

    /**
     * The same elements under another shape per row.
     *
     * @param x (rows, ...)
     * @param extents the other axes after rows
     * @return (rows, extents...)
     */
    default Activation reshape(Activation x, int... extents) {
        int[] full = new int[extents.length + 1];
        full[0] = x.shape().extent(0);
        System.arraycopy(extents, 0, full, 1, extents.length);
        return perform(new Operation.Reshape(x, Shape.of(full)));
    }

    /**
     * Max pooling.
     *
     * @param x (rows, height, width, channels)
     * @param window geometry
     * @return (rows, outHeight, outWidth, channels)
     */
    default Activation maxPool(Activation x, Window window) {
        return perform(new Operation.MaxPool(x, window));
    }

    /**
     * Average pooling; padding is not counted.
     *
     * @param x (rows, height, width, channels)
     * @param window geometry
     * @return (rows, outHeight, outWidth, channels)
     */
    default Activation averagePool(Activation x, Window window) {
        return perform(new Operation.AveragePool(x, window));
    }

    /**
     * The embedding sum of a vision transformer: [token | x] + positions.
     *
     * @param x (rows, T, d)
     * @param token (1, 1, d)
     * @param positions (1, T + 1, d)
     * @return (rows, T + 1, d)
     */
    default Activation embed(Activation x, Parameter token, Parameter positions) {
        return perform(new Operation.Embed(x, token, positions));
    }

    /**
     * A parameter, once per row of an activation.
     *
     * @param x (rows, ...), of which only the number of rows matters
     * @param value (1, ...)
     * @return (rows, ...) of the parameter's other extents
     */
    default Activation broadcast(Activation x, Parameter value) {
        return perform(new Operation.Broadcast(x, value));
    }

    /**
     * Puts tokens between others.
     *
     * @param x (rows, T, d)
     * @param y (rows, P, d); where one is clean and the other perturbed, the clean row of each sample's example is taken
     * @param index where the first of y will be, in [0, T]
     * @return (rows, T + P, d)
     */
    default Activation insert(Activation x, Activation y, int index) {
        return perform(new Operation.Insert(x, y, index));
    }

    /**
     * Bilinear interpolation of channels-last images; pixel centres at half-integers, as PyTorch without
     * {@code align_corners} and {@code antialias}.
     *
     * @param x (rows, height, width, channels)
     * @param height rows of the result
     * @param width columns of the result
     * @return (rows, height, width, channels)
     */
    default Activation resize(Activation x, int height, int width) {
        return perform(new Operation.Resize(x, height, width));
    }

    /**
     * One entry of the second axis, such as the class token.
     *
     * @param x (rows, T, d)
     * @param index in [0, T)
     * @return (rows, d)
     */
    default Activation token(Activation x, int index) {
        return perform(new Operation.Token(x, index));
    }
}
