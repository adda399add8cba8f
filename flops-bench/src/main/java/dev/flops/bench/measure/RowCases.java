package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;
import java.util.List;
import java.util.function.Supplier;

/** Elementwise maps, rows, noise and windows on the activations of ViT-B/16, which fit the second-level cache. */
final class RowCases {
    static final double SOFTMAX_OPERATIONS = 25;
    static final double NORMAL_OPERATIONS = 65;

    private static final int ROWS = 197;
    private static final int FEATURES = 768;
    private static final double ELEMENTS = (double) ROWS * FEATURES;
    private static final float EPSILON = 1e-6f;
    private static final float SIGMA = 0.05f;

    private interface Call {
        void run(TensorOps ops, Tensor x, Tensor y, Tensor row, Tensor out);
    }

    private RowCases() {}

    static List<KernelCase> all() {
        Workspace workspace = new Workspace();
        return List.of(
                map("add", 1, (ops, x, y, row, out) -> ops.elementwise().addInto(x, y, out)),
                map("multiply", 1, (ops, x, y, row, out) -> ops.elementwise().multiplyElementsInto(x, y, out)),
                map("scale", 1, (ops, x, y, row, out) -> ops.elementwise().scaleInto(SIGMA, x, out)),
                map("axpy", 2, (ops, x, y, row, out) -> ops.elementwise().axpyInPlace(SIGMA, x, out)),
                map("addRow", 1, (ops, x, y, row, out) -> ops.elementwise().addRowInto(x, row, out)),
                map("affineRow", 2, (ops, x, y, row, out) -> ops.normalization().affineInto(x, row, row, out)),
                map(
                        "standardizeRow",
                        2,
                        (ops, x, y, row, out) ->
                                ops.normalization().standardizeInto(x, row, row, EPSILON, out, workspace)),
                map("relu", 1, (ops, x, y, row, out) -> ops.elementwise().reluInto(x, out)),
                gelu(),
                map("silu", 25, (ops, x, y, row, out) -> ops.elementwise().siluInto(x, out)),
                map("exp", 21, (ops, x, y, row, out) -> ops.elementwise().expInto(x, out)),
                map("log", 20, (ops, x, y, row, out) -> ops.elementwise().logInto(x, out)),
                map("tanh", 35, (ops, x, y, row, out) -> ops.elementwise().tanhInto(x, out)),
                map("erf", 46, (ops, x, y, row, out) -> ops.elementwise().erfInto(x, out)),
                map("sin", 26, (ops, x, y, row, out) -> ops.elementwise().sinInto(x, out)),
                map("cos", 26, (ops, x, y, row, out) -> ops.elementwise().cosInto(x, out)),
                layerNorm(),
                map("rmsNorm", 4, (ops, x, y, row, out) -> ops.row().rmsNormInto(x, row, EPSILON, out)),
                map(
                        "softmax",
                        SOFTMAX_OPERATIONS,
                        (ops, x, y, row, out) -> ops.row().softmaxInto(x, out)),
                map("logSoftmax", 25, (ops, x, y, row, out) -> ops.row().logSoftmaxInto(x, out)),
                map(
                        "dot",
                        2,
                        (ops, x, y, row, out) -> out.array()[0] = ops.row().dot(x, y)),
                map("columnSums", 1, (ops, x, y, row, out) -> ops.elementwise().addColumnSumsInPlace(x, row)),
                map("columnDots", 2, (ops, x, y, row, out) -> ops.elementwise().addColumnDotsInPlace(x, y, row)),
                normals(),
                noise("addNormals", NORMAL_OPERATIONS + 2, Distribution.GAUSSIAN, true),
                addNormalsInPlace(),
                noise("signs", 38, Distribution.RADEMACHER, false),
                window(
                        "patches-32x32x16",
                        9,
                        9,
                        (ops, window, image, out) -> ops.image().extractPatchesInto(image, window, 1, 0, out)),
                window(
                        "maxPool-32x32x16",
                        9,
                        1,
                        (ops, window, image, out) -> ops.image().maxPoolInto(image, window, out)),
                window(
                        "averagePool-32x32x16",
                        9,
                        1,
                        (ops, window, image, out) -> ops.image().averagePoolInto(image, window, out)));
    }

    static KernelCase gelu() {
        return map("gelu", 45, (ops, x, y, row, out) -> ops.elementwise().geluInto(x, out));
    }

    static KernelCase layerNorm() {
        return map("layerNorm", 8, (ops, x, y, row, out) -> ops.row().layerNormInto(x, row, row, EPSILON, out));
    }

    static KernelCase normals() {
        return noise("normals", NORMAL_OPERATIONS, Distribution.GAUSSIAN, false);
    }

    private static KernelCase map(String name, double operations, Call call) {
        return new KernelCase(name + "-197x768", operations * ELEMENTS, ops -> {
            Tensor x = KernelInputs.positive(ops, 0, ROWS, FEATURES);
            Tensor y = KernelInputs.positive(ops, 1, ROWS, FEATURES);
            Tensor row = KernelInputs.positive(ops, 2, FEATURES);
            Tensor out = Tensor.zeros(ROWS, FEATURES);
            float[] written = name.startsWith("column") ? row.array() : out.array();
            return () -> {
                call.run(ops, x, y, row, out);
                return written;
            };
        });
    }

    private static KernelCase noise(String name, double operations, Distribution distribution, boolean add) {
        return new KernelCase(name + "-197x768", operations * ELEMENTS, ops -> {
            Tensor x = KernelInputs.normal(ops, 0, ROWS, FEATURES);
            Tensor out = Tensor.zeros(ROWS, FEATURES);
            return () -> {
                if (add) {
                    ops.noise().addNoiseInto(distribution, KernelInputs.address(5), SIGMA, x, out);
                } else {
                    ops.noise().noiseInto(distribution, KernelInputs.address(5), out);
                }
                return out.array();
            };
        });
    }

    /** x += σ ε over as many numbers as a ViT-B/16 has parameters. */
    private static KernelCase addNormalsInPlace() {
        int numbers = 86_567_656;
        return new KernelCase("addNormals-86567656", (NORMAL_OPERATIONS + 2) * numbers, ops -> {
            Tensor x = Tensor.zeros(numbers);
            return () -> {
                ops.noise().addNoiseInto(Distribution.GAUSSIAN, KernelInputs.address(5), SIGMA, x, x);
                return x.array();
            };
        });
    }

    private interface WindowCall {
        void run(TensorOps ops, Window window, Tensor image, Tensor out);
    }

    /** A window of 3 × 3 over 8 images. */
    private static KernelCase window(String name, double operations, int copies, WindowCall call) {
        int images = 8;
        int side = 32;
        int channels = 16;
        Window window = new Window(3, 3, 1, 1, 1);
        return new KernelCase(name, operations * images * side * side * channels, ops -> {
            Tensor image = KernelInputs.normal(ops, 0, images, side, side, channels);
            Tensor out = copies == 1
                    ? Tensor.zeros(images, side, side, channels)
                    : Tensor.zeros(images, side * side, copies * channels);
            Supplier<float[]> work = () -> {
                call.run(ops, window, image, out);
                return out.array();
            };
            return work;
        });
    }
}
