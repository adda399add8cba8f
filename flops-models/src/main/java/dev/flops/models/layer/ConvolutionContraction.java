package dev.flops.models.layer;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ProductContraction;
import dev.flops.tensor.spec.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For a convolution: ∇W_g = Σ S_g patches_gᵀ per channel group g, ∇b = Σ S over all rows and positions. */
record ConvolutionContraction(Parameter weight, @Nullable Parameter bias, Window window, int groups)
        implements ProductContraction {
    @Override
    public List<Parameter> parameters() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public Tensor operands(TensorOps ops, Tensor input, int group, Workspace workspace) {
        int taps = weight.length() / weight.shape().getFirst();
        int rows = input.shape().extent(0);
        int positions = window.outputHeight(input.shape().extent(1))
                * window.outputWidth(input.shape().extent(2));
        Tensor patches = workspace.take(Shape.of(rows, positions, taps));
        ops.image().extractPatchesInto(input, window, groups, group, patches);
        return workspace.part(Shape.of(rows * positions, taps), patches, 0);
    }

    @Override
    public void accumulate(TensorOps ops, Tensor score, Tensor input, float[] gradient, Workspace workspace) {
        int out = weight.shape().getFirst();
        int share = out / groups;
        int taps = weight.length() / out;
        int rows = input.shape().extent(0);
        int positions = score.elements() / out / rows;
        long mark = workspace.mark();
        Tensor part = groups == 1 ? score : workspace.take(Shape.of(rows * positions, share));
        for (int g = 0; g < groups; g++) {
            long group = workspace.mark();
            Tensor patches = operands(ops, input, g, workspace);
            if (groups > 1) {
                copyColumns(score, g * share, out, part);
            }
            int first = weight.offset() + g * share * taps;
            ops.matrix().addTransposedProductInPlace(part, patches, gradient, first, workspace);
            workspace.release(group);
        }
        if (bias != null) {
            ops.elementwise().addColumnSumsInPlace(score, gradient, bias.offset());
        }
        workspace.release(mark);
    }

    private static void copyColumns(Tensor from, int first, int columns, Tensor to) {
        int rows = to.shape().extent(0);
        int n = to.shape().extent(1);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(from.array(), from.offset() + r * columns + first, to.array(), to.offset() + r * n, n);
        }
    }

    /** (out / groups) Σ ‖patch‖² over positions and groups, + positions · out with a bias: taps in the padding count nothing. */
    @Override
    public double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        int out = weight.shape().getFirst();
        double patchNorm = 0;
        int channels = input.shape().extent(3);
        int height = input.shape().extent(1);
        int width = input.shape().extent(2);
        int first = input.offset() + row * height * width * channels;
        for (int y = 0; y < height; y++) {
            int ty = uses(y, window.kernelHeight(), window.outputHeight(height));
            for (int x = 0; x < width; x++) {
                int uses = ty * uses(x, window.kernelWidth(), window.outputWidth(width));
                for (int c = 0; c < channels; c++) {
                    double value = input.array()[first + (y * width + x) * channels + c];
                    patchNorm += uses * value * value;
                }
            }
        }
        return (double) out / groups * patchNorm
                + (bias == null ? 0 : output.elements() / output.shape().extent(0));
    }

    /** How many windows see row (or column) {@code position}. */
    private int uses(int position, int kernel, int outputs) {
        int count = 0;
        for (int tap = 0; tap < kernel; tap++) {
            int start = position + window.padding() - tap * window.dilation();
            if (start >= 0 && start % window.stride() == 0 && start / window.stride() < outputs) {
                count++;
            }
        }
        return count;
    }

    @Override
    public long flops(int inputElements, int outputElements) {
        return 2L * outputElements * (weight.length() / weight.shape().getFirst()) + outputElements;
    }
}
