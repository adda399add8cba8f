package dev.flops.tensor;

import dev.flops.tensor.spec.Window;
import java.util.Arrays;

/** Argument checks of the tensor operations; messages say what was found and what was expected. */
final class Checks {
    private Checks() {}

    /** Rows of a tensor: the product of all extents but the last. */
    static int rows(Tensor x) {
        return x.elements() / x.shape().extent(-1);
    }

    static void requireRank(String name, Tensor x, int rank) {
        if (x.shape().rank() != rank) {
            throw new IllegalArgumentException(name + ".shape = " + x.shape() + ", expected " + rank + " axes");
        }
    }

    // One method for each rank: an array of extents would be allocated by every call.
    static void requireShape(String name, Tensor x, int extent0, int extent1) {
        if (!x.shape().is(extent0, extent1)) {
            throw wrongShape(name, x, extent0, extent1);
        }
    }

    static void requireShape(String name, Tensor x, int extent0, int extent1, int extent2) {
        if (!x.shape().is(extent0, extent1, extent2)) {
            throw wrongShape(name, x, extent0, extent1, extent2);
        }
    }

    static void requireShape(String name, Tensor x, int extent0, int extent1, int extent2, int extent3) {
        if (!x.shape().is(extent0, extent1, extent2, extent3)) {
            throw wrongShape(name, x, extent0, extent1, extent2, extent3);
        }
    }

    private static IllegalArgumentException wrongShape(String name, Tensor x, int... extents) {
        return new IllegalArgumentException(name + ".shape = " + x.shape() + ", expected " + Arrays.toString(extents));
    }

    /** A matrix whose later axes may be split: (rows, columns...) with the right products. */
    static void requireMatrix(String name, Tensor x, int rows, int columns) {
        if (x.shape().rank() < 1 || x.shape().extent(0) != rows || x.elements() != rows * columns) {
            throw new IllegalArgumentException(
                    name + ".shape = " + x.shape() + ", expected " + rows + " rows of " + columns);
        }
    }

    static void requireElements(String name, Tensor x, int elements) {
        if (x.elements() != elements) {
            throw new IllegalArgumentException(name + ".shape = " + x.shape() + ", expected " + elements + " elements");
        }
    }

    static void requireExtent(String name, Tensor x, int axis, int extent) {
        if (x.shape().rank() < 2 || x.shape().extent(axis) != extent) {
            throw new IllegalArgumentException(
                    name + ".shape = " + x.shape() + ", expected extent " + extent + " on axis " + axis);
        }
    }

    static void requireLast(String name, Tensor x, int extent) {
        if (x.shape().rank() < 1 || x.shape().extent(-1) != extent) {
            throw new IllegalArgumentException(
                    name + ".shape = " + x.shape() + ", expected extent " + extent + " on the last axis");
        }
    }

    static void requireRows(String name, Tensor x, int rows) {
        if (rows(x) != rows) {
            throw new IllegalArgumentException(
                    name + ".shape = " + x.shape() + ", expected " + rows + " rows before the last axis");
        }
    }

    /** Rows that split into equal parts. */
    static void requireParts(String name, Tensor x, int rows, int parts) {
        if (rows % parts != 0) {
            throw new IllegalArgumentException(name + ".shape = " + x.shape() + ", expected a multiple of " + parts
                    + " rows before the last axis");
        }
    }

    static void requireGroup(int channels, int groups, int group) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    "groups = " + groups + ", expected a divisor of " + channels + " channels");
        }
        if (group < 0 || group >= groups) {
            throw new IllegalArgumentException("group = " + group + ", expected 0 <= group < " + groups);
        }
    }

    static void requirePooling(Tensor images, Window window, Tensor out) {
        requireRank("images", images, 4);
        Shape shape = images.shape();
        int reach = Math.min(
                window.dilation() * (window.kernelHeight() - 1), window.dilation() * (window.kernelWidth() - 1));
        if (window.padding() > reach) {
            throw new IllegalArgumentException("window = " + window + ", expected padding <= " + reach
                    + " so that every window touches the image");
        }
        requireShape(
                "out",
                out,
                shape.extent(0),
                window.outputHeight(shape.extent(1)),
                window.outputWidth(shape.extent(2)),
                shape.extent(3));
    }
}
