package dev.flops.models.reference;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.network.Operation;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * Per channel group g: y_g = P_g W_gᵀ + b_g with the patches P_g of the image, so that ∂W_g = ∂y_gᵀ P_g, ∂P_g = ∂y_g W_g,
 * and the gradient of a pixel is the sum over the patches that hold it.
 */
final class ConvolutionRule {
    private ConvolutionRule() {}

    static @Nullable Tensor apply(BackwardPass pass, Operation.Convolution o, Tensor dy, boolean wanted) {
        Tensor x = o.x().tensor();
        int out = o.weight().shape().getFirst();
        int share = out / o.groups();
        int taps = o.weight().length() / out;
        int rows = dy.elements() / out; // images × positions
        int images = x.shape().extent(0);
        Tensor patches = pass.take(images, rows / images, taps);
        Tensor dyGroup = pass.take(rows, share);
        Tensor dPatches = pass.take(rows, taps);
        Tensor dx = wanted ? pass.takeZeros(x.shape()) : null;
        for (int g = 0; g < o.groups(); g++) {
            pass.ops().image().extractPatchesInto(x, o.window(), o.groups(), g, patches);
            copyColumns(dy, g * share, out, dyGroup);
            Tensor flat = patches.reshape(Shape.of(rows, taps));
            Tensor dw = pass.gradient(o.weight(), o.groups(), share, taps).slice(g, g + 1);
            pass.ops()
                    .matrix()
                    .addTransposedProductInPlace(dyGroup, flat, dw.reshape(Shape.of(share, taps)), pass.workspace());
            if (dx != null) {
                Tensor w = pass.value(o.weight(), o.groups(), share, taps).slice(g, g + 1);
                pass.ops().matrix().matmulInto(dyGroup, w.reshape(Shape.of(share, taps)), dPatches, pass.workspace());
                addPatches(dPatches, o.window(), g * (x.shape().extent(3) / o.groups()), dx);
            }
        }
        if (o.bias() != null) {
            pass.ops().elementwise().addColumnSumsInPlace(dy, pass.gradient(o.bias(), out));
        }
        return dx;
    }

    private static void copyColumns(Tensor from, int first, int columns, Tensor to) {
        int n = to.shape().extent(1);
        for (int r = 0; r < to.shape().extent(0); r++) {
            System.arraycopy(from.array(), from.offset() + r * columns + first, to.array(), to.offset() + r * n, n);
        }
    }

    /** Adds each tap of each patch to its pixel; columns of a patch run over (channel, kernel row, kernel column). */
    private static void addPatches(Tensor patches, Window window, int firstChannel, Tensor image) {
        int height = image.shape().extent(1);
        int width = image.shape().extent(2);
        int channels = image.shape().extent(3);
        int kernel = window.kernelHeight() * window.kernelWidth();
        int share = patches.shape().extent(1) / kernel;
        int from = patches.offset();
        for (int r = 0; r < image.shape().extent(0); r++) {
            int to = image.offset() + r * height * width * channels + firstChannel;
            for (int oy = 0; oy < window.outputHeight(height); oy++) {
                for (int ox = 0; ox < window.outputWidth(width); ox++, from += share * kernel) {
                    for (int tap = 0; tap < kernel; tap++) {
                        int pixel = Taps.pixel(window, height, width, oy, ox, tap);
                        for (int c = 0; pixel >= 0 && c < share; c++) {
                            image.array()[to + pixel * channels + c] += patches.array()[from + c * kernel + tap];
                        }
                    }
                }
            }
        }
    }
}
