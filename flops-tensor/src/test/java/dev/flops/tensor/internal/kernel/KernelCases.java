package dev.flops.tensor.internal.kernel;

import static dev.flops.tensor.internal.kernel.KernelInput.ROWS;

import dev.flops.api.Distribution;
import dev.flops.tensor.spec.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** For every method of every kernel interface, how to run it and what it wrote. */
final class KernelCases {
    /** Runs a kernel; gives all arrays that it may have written, surroundings included. */
    interface Case {
        List<float[]> run(Kernels kernels, KernelInput input);
    }

    private interface Map1 {
        void run(ElementwiseKernels kernels, int n, float[] x, int xOffset, float[] out, int outOffset);
    }

    private interface Map2 {
        void run(
                ElementwiseKernels kernels,
                int n,
                float[] a,
                int aOffset,
                float[] b,
                int bOffset,
                float[] out,
                int outOffset);
    }

    private static final int MARGIN = 3;

    private final Map<String, Case> cases = new TreeMap<>();

    private KernelCases() {
        elementwise();
        columns();
        reductions();
        normalisations();
        noise();
        matrix();
        attentionAndWindows();
        convolutions();
    }

    /** The cases by "Interface.method". */
    static Map<String, Case> all() {
        return Collections.unmodifiableMap(new KernelCases().cases);
    }

    private void add(String name, Case test) {
        if (cases.put(name, test) != null) {
            throw new IllegalArgumentException("name = " + name + ", expected once");
        }
    }

    private static float[] room(KernelInput input, int length) {
        return MatrixCase.poisoned(input.offset() + length + MARGIN);
    }

    /** Out of place at another offset, and in place. */
    private void map(String name, Map1 map) {
        add("ElementwiseKernels." + name, (kernels, input) -> {
            float[] out = room(input, input.n() + 1);
            map.run(kernels.elementwise(), input.n(), input.row(1), input.offset(), out, input.offset() + 1);
            float[] same = input.row(1);
            map.run(kernels.elementwise(), input.n(), same, input.offset(), same, input.offset());
            return List.of(out, same);
        });
    }

    private void map(String name, Map2 map) {
        add("ElementwiseKernels." + name, (kernels, input) -> {
            int o = input.offset();
            float[] out = room(input, input.n() + 1);
            map.run(kernels.elementwise(), input.n(), input.row(1), o, input.row(2), o, out, o + 1);
            float[] same = input.row(1);
            map.run(kernels.elementwise(), input.n(), same, o, input.row(2), o, same, o);
            return List.of(out, same);
        });
    }

    private void elementwise() {
        map("add", ElementwiseKernels::add);
        map("multiply", ElementwiseKernels::multiply);
        map("relu", ElementwiseKernels::relu);
        map("gelu", ElementwiseKernels::gelu);
        map("silu", ElementwiseKernels::silu);
        map("sin", ElementwiseKernels::sin);
        map("cos", ElementwiseKernels::cos);
        map("exp", ElementwiseKernels::exp);
        map("log", ElementwiseKernels::log);
        map("tanh", ElementwiseKernels::tanh);
        map("erf", ElementwiseKernels::erf);
        map("scale", (kernels, n, x, xOffset, out, outOffset) -> kernels.scale(n, -1.7f, x, xOffset, out, outOffset));
        add("ElementwiseKernels.axpy", (kernels, input) -> {
            float[] y = input.row(2);
            kernels.elementwise().axpy(input.n(), -1.7f, input.row(1), input.offset(), y, input.offset());
            return List.of(y);
        });
    }

    private void columns() {
        add("ElementwiseKernels.addRow", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * n);
            kernels.elementwise().addRow(ROWS, n, input.rows(1), o, input.row(2), o, out, o);
            float[] same = input.rows(1);
            kernels.elementwise().addRow(ROWS, n, same, o, input.row(2), o, same, o);
            return List.of(out, same);
        });
        add("ElementwiseKernels.affineRow", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * n);
            kernels.elementwise().affineRow(ROWS, n, input.rows(1), o, input.row(2), o, input.row(3), o, out, o);
            float[] same = input.rows(1);
            kernels.elementwise().affineRow(ROWS, n, same, o, input.row(2), o, input.row(3), o, same, o);
            return List.of(out, same);
        });
        add("ElementwiseKernels.standardizeRow", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * n);
            kernels.elementwise().standardizeRow(ROWS, n, input.rows(1), o, input.row(2), o, input.row(3), o, out, o);
            float[] same = input.rows(1);
            kernels.elementwise().standardizeRow(ROWS, n, same, o, input.row(2), o, input.row(3), o, same, o);
            return List.of(out, same);
        });
        add("ElementwiseKernels.addColumnSums", (kernels, input) -> {
            float[] sum = input.row(2);
            kernels.elementwise().addColumnSums(ROWS, input.n(), input.rows(1), input.offset(), sum, input.offset());
            return List.of(sum);
        });
        add("ElementwiseKernels.addColumnDots", (kernels, input) -> {
            int o = input.offset();
            float[] sum = input.row(2);
            kernels.elementwise().addColumnDots(ROWS, input.n(), input.rows(1), o, input.rows(3), o, sum, o);
            return List.of(sum);
        });
    }

    private void reductions() {
        add(
                "RowKernels.sum",
                (kernels, input) -> List.of(new float[] {kernels.row().sum(input.n(), input.row(1), input.offset())}));
        add(
                "RowKernels.sumOfSquares",
                (kernels, input) ->
                        List.of(new float[] {kernels.row().sumOfSquares(input.n(), input.row(1), input.offset())}));
        add("RowKernels.dot", (kernels, input) -> {
            int o = input.offset();
            return List.of(new float[] {kernels.row().dot(input.n(), input.row(1), o, input.row(2), o)});
        });
    }

    private void normalisations() {
        add("RowKernels.layerNorm", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * n);
            kernels.row().layerNorm(ROWS, n, input.rows(1), o, input.row(2), o, input.row(3), o, 1e-5f, out, o);
            float[] same = input.rows(1);
            kernels.row().layerNorm(ROWS, n, same, o, null, 0, null, 0, 1e-5f, same, o);
            return List.of(out, same);
        });
        add("RowKernels.rmsNorm", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * n);
            kernels.row().rmsNorm(ROWS, n, input.rows(1), o, input.row(2), o, 1e-5f, out, o);
            float[] same = input.rows(1);
            kernels.row().rmsNorm(ROWS, n, same, o, null, 0, 1e-5f, same, o);
            return List.of(out, same);
        });
        add("RowKernels.softmax", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * (n + 5));
            kernels.row().softmax(ROWS, n, input.numbers(1, ROWS * (n + 2)), o, n + 2, out, o, n + 5);
            float[] same = input.rows(1);
            kernels.row().softmax(ROWS, n, same, o, n, same, o, n);
            return List.of(out, same);
        });
        add("RowKernels.logSoftmax", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            float[] out = room(input, ROWS * n);
            kernels.row().logSoftmax(ROWS, n, input.rows(1), o, out, o);
            float[] same = input.rows(1);
            kernels.row().logSoftmax(ROWS, n, same, o, same, o);
            return List.of(out, same);
        });
        add("RowKernels.crossEntropy", (kernels, input) -> {
            int[] labels = new int[ROWS + 1];
            for (int row = 0; row < ROWS; row++) {
                labels[row + 1] = row * (input.n() - 1) / (ROWS - 1);
            }
            float[] losses = MatrixCase.poisoned(ROWS + 2);
            kernels.row().crossEntropy(ROWS, input.n(), input.rows(1), input.offset(), labels, 1, losses, 1);
            return List.of(losses);
        });
    }

    private void noise() {
        add("NoiseKernels.fill", (kernels, input) -> {
            List<float[]> written = new ArrayList<>();
            for (Distribution distribution : Distribution.values()) {
                for (long first : new long[] {0, 31, input.offset(), (1L << 32) - 5}) {
                    float[] out = room(input, input.n());
                    kernels.noise()
                            .fill(
                                    distribution,
                                    input.noise().key().words(),
                                    input.noise().counter1(),
                                    first,
                                    input.n(),
                                    out,
                                    input.offset());
                    written.add(out);
                }
            }
            return written;
        });
        add("NoiseKernels.addScaled", (kernels, input) -> {
            int n = input.n();
            int o = input.offset();
            List<float[]> written = new ArrayList<>();
            for (Distribution distribution : Distribution.values()) {
                for (long first : new long[] {0, 31, o, (1L << 32) - 5}) {
                    float[] out = room(input, n);
                    kernels.noise()
                            .addScaled(
                                    distribution,
                                    input.noise().key().words(),
                                    input.noise().counter1(),
                                    first,
                                    n,
                                    0.3f,
                                    input.row(1),
                                    o,
                                    out,
                                    o);
                    float[] same = input.row(1);
                    kernels.noise()
                            .addScaled(
                                    distribution,
                                    input.noise().key().words(),
                                    input.noise().counter1(),
                                    first,
                                    n,
                                    0.3f,
                                    same,
                                    o,
                                    same,
                                    o);
                    written.add(out);
                    written.add(same);
                }
            }
            return written;
        });
    }

    /** The packed form is an implementation's own affair, so a packing shows in the product that it leads to. */
    private void matrix() {
        Case product = (kernels, input) -> {
            List<float[]> written = new ArrayList<>();
            for (MatrixCase.Packing packing : MatrixCase.Packing.values()) {
                for (MatrixCase.Layout layout : MatrixCase.Layout.values()) {
                    boolean special = input.kind() != KernelInput.Kind.ORDINARY;
                    boolean accumulate = layout != MatrixCase.Layout.ROWS;
                    MatrixCase test = new MatrixCase(
                            ROWS, input.n(), 19, layout, packing, accumulate, !accumulate, input.offset(), special, 5);
                    written.add(test.run(kernels.matrix()));
                }
            }
            return written;
        };
        for (String name : List.of(
                "multiply", "pack", "packTransposed", "packTransposedPerturbed", "packedLength", "scratchLength")) {
            add("MatrixKernels." + name, product);
        }
    }

    private void attentionAndWindows() {
        Case attention = (kernels, input) -> {
            boolean special = input.kind() != KernelInput.Kind.ORDINARY;
            int tokens = Math.min(input.n(), 65);
            return List.of(new AttentionCase(2, tokens, 3, 5 + input.offset(), input.offset(), special, input.n())
                    .run(kernels.attention()));
        };
        add("AttentionKernels.attention", attention);
        add("AttentionKernels.scratchLength", attention);
        int height = 9;
        int width = 7;
        for (String name : List.of("extractPatches", "maxPool", "averagePool")) {
            add("WindowKernels." + name, (kernels, input) -> {
                int channels = Math.min(input.n(), 49);
                int o = input.offset();
                float[] image = input.numbers(1, height * width * channels);
                Window window = new Window(3, 2, 2, 1, 1 + o % 2);
                int positions = window.outputHeight(height) * window.outputWidth(width);
                float[] out = room(input, positions * channels * 6);
                switch (name) {
                    case "maxPool" -> kernels.window().maxPool(window, height, width, channels, image, o, out, o);
                    case "averagePool" ->
                        kernels.window().averagePool(window, height, width, channels, image, o, out, o);
                    default ->
                        kernels.window()
                                .extractPatches(
                                        window, height, width, channels, 0, channels, image, o, out, o, channels * 6);
                }
                return List.of(out);
            });
        }
    }

    private void convolutions() {
        Case convolution = (kernels, input) -> {
            boolean special = input.kind() != KernelInput.Kind.ORDINARY;
            int o = input.offset();
            // Rows of the output of 1 to 34 positions, up to 65 columns, strides 1 and 2.
            int positions = 1 + input.n() % 34;
            int columns = Math.min(input.n(), 65);
            Window window = new Window(3, 2, 1 + o % 2, 1, 1);
            int width = (positions - 1) * window.stride() + window.kernelWidth() - 2 * window.padding();
            if (width < 1) {
                window = new Window(3, 1, 1, 0, 1);
                width = positions;
            }
            return List.of(new ConvolutionCase(window, 5, width, 2, 3 + o, columns, o, o == 0, special, input.n())
                    .run(kernels));
        };
        add("ConvolutionKernels.convolve", convolution);
        add("ConvolutionKernels.scratchLength", convolution);
    }
}
