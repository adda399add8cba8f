package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/** Convolution as patch extraction and matrix products, where weights are packed for one product only. */
final class Convolutions {
    private Convolutions() {}

    /** One group of channels, see {@link ParameterSource#convolveInto}. */
    static void byPatches(
            TensorOps ops,
            Tensor x,
            ParameterSource parameters,
            Parameter weight,
            @Nullable Parameter bias,
            Window window,
            int groups,
            int group,
            Tensor out,
            Workspace workspace) {
        int n = weight.shape().getFirst();
        int share = n / groups;
        int positions = out.elements() / n;
        int taps = weight.length() / n;
        long mark = workspace.mark();
        Tensor patches = workspace.take(
                Shape.of(x.shape().extent(0), positions / x.shape().extent(0), taps));
        Tensor result = groups == 1 ? out.reshape(Shape.of(positions, n)) : workspace.take(Shape.of(positions, share));
        ops.image().extractPatchesInto(x, window, groups, group, patches);
        parameters.multiplyInto(patches, weight, bias, groups, group, result, workspace);
        if (groups > 1) {
            copyColumns(result, out, n, group * share);
        }
        workspace.release(mark);
    }

    private static void copyColumns(Tensor from, Tensor to, int columns, int first) {
        int rows = from.shape().extent(0);
        int n = from.shape().extent(1);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(from.array(), from.offset() + r * n, to.array(), to.offset() + r * columns + first, n);
        }
    }
}
