package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * Where a forward reads its parameters: packed once for many forwards ({@link PackedParameters}), or from their plain
 * storage with every use, perturbed on the way if wished ({@link StreamedParameters}).
 *
 * <p>A source may hold several points. The rows of every operation's input are then split in as many equal parts, of which
 * part v meets point v: one forward of {@code variants() · B} rows gives the logits of B examples at each point.
 */
public sealed interface ParameterSource permits PackedParameters, StreamedParameters {
    /**
     * Number of points.
     *
     * @return at least 1
     */
    int variants();

    /**
     * A parameter that is used as it is.
     *
     * @param parameter the parameter
     * @param variant index of the point
     * @param workspace may hold the result
     * @return its values, of its shape; valid until the workspace is released
     */
    Tensor values(Parameter parameter, int variant, Workspace workspace);

    /**
     * out = x Wᵀ + bias for one group of rows of W.
     *
     * @param x (rows, ..., k)
     * @param weight declared as a matrix
     * @param bias one number per row of the weight, or null for none
     * @param groups number of groups of the weight
     * @param group which one
     * @param out (rows, ..., n / groups), modified
     * @param workspace scratch memory
     */
    void multiplyInto(
            Tensor x,
            Parameter weight,
            @Nullable Parameter bias,
            int groups,
            int group,
            Tensor out,
            Workspace workspace);

    /**
     * Convolution of one group of channels.
     *
     * @param x (rows, height, width, channels)
     * @param weight declared as a matrix, (out, channels / groups, kernelHeight, kernelWidth)
     * @param bias one number per row of the weight, or null for none
     * @param window geometry
     * @param groups number of groups of channels
     * @param group which one
     * @param out (rows, outHeight, outWidth, out), of which the group's columns are modified
     * @param workspace scratch memory
     */
    void convolveInto(
            Tensor x,
            Parameter weight,
            @Nullable Parameter bias,
            Window window,
            int groups,
            int group,
            Tensor out,
            Workspace workspace);
}
