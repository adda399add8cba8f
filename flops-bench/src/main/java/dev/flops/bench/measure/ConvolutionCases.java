package dev.flops.bench.measure;

import dev.flops.tensor.PackedMatrix;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;
import java.util.List;

/** Convolutions and group normalisations at the shapes of ResNet-20 and VGG-8, on eight images. */
final class ConvolutionCases {
    private static final int IMAGES = 8;
    private static final double GROUP_NORM_OPERATIONS = 6;
    private static final float EPSILON = 1e-5f;

    private ConvolutionCases() {}

    static List<KernelCase> all() {
        return List.of(
                convolution(32, 16, 16, 1),
                convolution(16, 32, 32, 1),
                convolution(8, 64, 64, 1),
                convolution(32, 32, 32, 1),
                convolution(16, 64, 64, 1),
                convolution(8, 128, 128, 1),
                convolution(32, 16, 32, 2),
                groupNorm(32, 16),
                groupNorm(8, 64));
    }

    /** 3 × 3 with packed weights. */
    private static KernelCase convolution(int side, int in, int out, int stride) {
        Window window = Window.square(3, stride, 1);
        int outSide = window.outputHeight(side);
        String name = "convolution-" + side + "x" + side + "x" + in + "x" + out + (stride > 1 ? "-by-" + stride : "");
        return new KernelCase(name, 2.0 * IMAGES * outSide * outSide * out * in * 9, ops -> {
            Tensor images = KernelInputs.normal(ops, 0, IMAGES, side, side, in);
            PackedMatrix weights = ops.matrix().newPacked(9 * in, out);
            ops.matrix().packTransposedInto(KernelInputs.normal(ops, 1, out, 9 * in), weights);
            Tensor bias = KernelInputs.normal(ops, 2, out);
            Tensor result = Tensor.zeros(IMAGES, outSide, outSide, out);
            Workspace workspace = new Workspace();
            return () -> {
                ops.image().convolveInto(images, window, 1, 0, weights, bias, result, workspace);
                return result.array();
            };
        });
    }

    /** In groups of eight channels. */
    private static KernelCase groupNorm(int side, int channels) {
        double operations = GROUP_NORM_OPERATIONS * IMAGES * side * side * channels;
        return new KernelCase("groupNorm-" + side + "x" + side + "x" + channels, operations, ops -> {
            Tensor images = KernelInputs.normal(ops, 0, IMAGES, side, side, channels);
            Tensor result = Tensor.zeros(IMAGES, side, side, channels);
            Workspace workspace = new Workspace();
            return () -> {
                normalise(ops, images, channels / 8, result, workspace);
                return result.array();
            };
        });
    }

    private static void normalise(TensorOps ops, Tensor images, int groups, Tensor result, Workspace workspace) {
        ops.normalization().groupNormInto(images, groups, EPSILON, result, workspace);
    }
}
