package dev.flops.models.reference;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.Operation;
import dev.flops.tensor.spec.Window;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a taped forward in double precision, each operation written from its definition with loops over all indices;
 * of the framework it uses the tape and shapes alone.
 */
final class DoubleInterpreter {
    private final double[] theta;
    private final IdentityHashMap<Activation, double[]> values = new IdentityHashMap<>();
    private double kinkMargin = Double.POSITIVE_INFINITY;

    private DoubleInterpreter(double[] theta) {
        this.theta = theta;
    }

    /** Mean cross-entropy of the logits that the tape ends with. */
    static double loss(Tape tape, double[] theta, double[] input, int[] labels) {
        double[] logits = logits(tape, theta, input);
        int classes = logits.length / labels.length;
        double sum = 0;
        for (int r = 0; r < labels.length; r++) {
            double total = 0;
            for (int c = 0; c < classes; c++) {
                total += Math.exp(logits[r * classes + c] - logits[r * classes + labels[r]]);
            }
            sum += Math.log(total);
        }
        return sum / labels.length;
    }

    static double[] logits(Tape tape, double[] theta, double[] input) {
        return value(tape, theta, input, tape.entries().getLast().output());
    }

    /** The value of one activation; nothing behind it is computed. */
    static double[] value(Tape tape, double[] theta, double[] input, Activation activation) {
        DoubleInterpreter run = new DoubleInterpreter(theta);
        run.values.put(tape.entries().getFirst().operation().x(), input);
        for (Tape.Entry entry : tape.entries()) {
            double[] value = run.compute(entry.operation(), entry.output());
            run.values.put(entry.output(), value);
            if (entry.output().equals(activation)) {
                return value;
            }
        }
        throw new AssertionError("an activation that no operation has computed");
    }

    /** Logits where one activation has other values than its operation gave. */
    static double[] logits(Tape tape, double[] theta, double[] input, Activation changed, double[] values) {
        DoubleInterpreter run = new DoubleInterpreter(theta);
        run.values.put(tape.entries().getFirst().operation().x(), input);
        for (Tape.Entry entry : tape.entries()) {
            double[] value = run.compute(entry.operation(), entry.output());
            run.values.put(entry.output(), changed.equals(entry.output()) ? values : value);
        }
        return run.of(tape.entries().getLast().output());
    }

    /** Least |x| at a rectifier, and least lead of a maximum over the next under the same window. */
    static double kinkMargin(Tape tape, double[] theta, double[] input) {
        return run(tape, theta, input).kinkMargin;
    }

    private static DoubleInterpreter run(Tape tape, double[] theta, double[] input) {
        DoubleInterpreter run = new DoubleInterpreter(theta);
        run.values.put(tape.entries().getFirst().operation().x(), input);
        for (Tape.Entry entry : tape.entries()) {
            run.values.put(entry.output(), run.compute(entry.operation(), entry.output()));
        }
        return run;
    }

    private double[] of(Activation x) {
        double[] value = values.get(x);
        if (value == null) {
            throw new AssertionError("an activation that no operation has computed");
        }
        return value;
    }

    private double[] compute(Operation operation, Activation output) {
        double[] x = of(operation.x());
        double[] y = new double[output.tensor().elements()];
        int[] in = operation.x().shape().toArray();
        switch (operation) {
            case Operation.Linear o -> linear(x, o.weight(), o.bias(), y);
            case Operation.Convolution o -> convolution(x, in, o, y);
            case Operation.LayerNorm o -> layerNorm(x, o, y);
            case Operation.RmsNorm o -> rmsNorm(x, o, y);
            case Operation.GroupNorm o -> groupNorm(x, in, o, y);
            case Operation.Standardize o -> {
                int n = o.mean().length();
                for (int i = 0; i < y.length; i++) {
                    double variance = theta[o.variance().offset() + i % n] + o.epsilon();
                    y[i] = (x[i] - theta[o.mean().offset() + i % n]) / Math.sqrt(variance);
                }
            }
            case Operation.Affine o -> {
                int n = o.gamma().length();
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[i] * theta[o.gamma().offset() + i % n]
                            + theta[o.beta().offset() + i % n];
                }
            }
            case Operation.Gelu o -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[i] * 0.5 * (1 + erf(x[i] / Math.sqrt(2)));
                }
            }
            case Operation.Silu o -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[i] / (1 + Math.exp(-x[i]));
                }
            }
            case Operation.Relu o -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = Math.max(0, x[i]);
                    kinkMargin = Math.min(kinkMargin, Math.abs(x[i]));
                }
            }
            case Operation.Add o -> {
                double[] other = of(o.y());
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[i] + other[i];
                }
            }
            case Operation.Scale o -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = o.factor() * x[i];
                }
            }
            case Operation.Broadcast o -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = theta[o.value().offset() + i % o.value().length()];
                }
            }
            case Operation.Insert o -> insert(x, in, of(o.y()), o.y().shape().extent(1), o.index(), y);
            case Operation.Resize o -> resize(x, in, o, y);
            case Operation.Attention o -> attention(x, in, o.heads(), y);
            case Operation.Reshape o -> System.arraycopy(x, 0, y, 0, y.length);
            case Operation.MaxPool o -> pool(x, in, o.window(), true, y);
            case Operation.AveragePool o -> pool(x, in, o.window(), false, y);
            case Operation.Embed o -> embed(x, in, o, y);
            case Operation.Token o -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[(i / in[2] * in[1] + o.index()) * in[2] + i % in[2]];
                }
            }
        }
        return y;
    }

    /** erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms of one sign. */
    static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    private void linear(double[] x, Parameter weight, @Nullable Parameter bias, double[] y) {
        int n = weight.shape().getFirst();
        int k = weight.length() / n;
        for (int i = 0; i < y.length; i++) {
            double sum = bias == null ? 0 : theta[bias.offset() + i % n];
            for (int j = 0; j < k; j++) {
                sum += theta[weight.offset() + i % n * k + j] * x[i / n * k + j];
            }
            y[i] = sum;
        }
    }

    private void convolution(double[] x, int[] in, Operation.Convolution o, double[] y) {
        Window w = o.window();
        int out = o.weight().shape().getFirst();
        int inShare = in[3] / o.groups();
        int outWidth = w.outputWidth(in[2]);
        int outHeight = w.outputHeight(in[1]);
        for (int i = 0; i < y.length; i++) {
            int f = i % out;
            int ox = i / out % outWidth;
            int oy = i / out / outWidth % outHeight;
            int r = i / out / outWidth / outHeight;
            double sum = o.bias() == null ? 0 : theta[o.bias().offset() + f];
            for (int c = 0; c < inShare; c++) {
                for (int ky = 0; ky < w.kernelHeight(); ky++) {
                    for (int kx = 0; kx < w.kernelWidth(); kx++) {
                        int iy = oy * w.stride() - w.padding() + ky * w.dilation();
                        int ix = ox * w.stride() - w.padding() + kx * w.dilation();
                        if (iy >= 0 && iy < in[1] && ix >= 0 && ix < in[2]) {
                            int at = ((f * inShare + c) * w.kernelHeight() + ky) * w.kernelWidth() + kx;
                            int channel = f / (out / o.groups()) * inShare + c;
                            sum += theta[o.weight().offset() + at]
                                    * x[((r * in[1] + iy) * in[2] + ix) * in[3] + channel];
                        }
                    }
                }
            }
            y[i] = sum;
        }
    }

    private void layerNorm(double[] x, Operation.LayerNorm o, double[] y) {
        int n = o.gamma().length();
        for (int first = 0; first < x.length; first += n) {
            double mean = 0;
            double square = 0;
            for (int j = 0; j < n; j++) {
                mean += x[first + j] / n;
            }
            for (int j = 0; j < n; j++) {
                square += Math.pow(x[first + j] - mean, 2) / n;
            }
            for (int j = 0; j < n; j++) {
                double unit = (x[first + j] - mean) / Math.sqrt(square + o.epsilon());
                y[first + j] =
                        unit * theta[o.gamma().offset() + j] + theta[o.beta().offset() + j];
            }
        }
    }

    private void rmsNorm(double[] x, Operation.RmsNorm o, double[] y) {
        int n = o.gamma().length();
        for (int i = 0; i < x.length; i++) {
            double square = 0;
            for (int j = i / n * n; j < (i / n + 1) * n; j++) {
                square += x[j] * x[j] / n;
            }
            y[i] = x[i] / Math.sqrt(square + o.epsilon()) * theta[o.gamma().offset() + i % n];
        }
    }

    private static void groupNorm(double[] x, int[] in, Operation.GroupNorm o, double[] y) {
        int channels = in[in.length - 1];
        int length = x.length / in[0];
        for (int i = 0; i < y.length; i++) {
            double mean = 0;
            double square = 0;
            int count = length / o.groups();
            for (int pass = 0; pass < 2; pass++) {
                for (int j = i / length * length; j < (i / length + 1) * length; j++) {
                    if (j % channels / (channels / o.groups()) == i % channels / (channels / o.groups())) {
                        mean += pass == 0 ? x[j] / count : 0;
                        square += pass == 1 ? Math.pow(x[j] - mean, 2) / count : 0;
                    }
                }
            }
            y[i] = (x[i] - mean) / Math.sqrt(square + o.epsilon());
        }
    }

    private static void insert(double[] x, int[] in, double[] other, int inserted, int index, double[] y) {
        int d = in[2];
        int tokens = in[1] + inserted;
        for (int i = 0; i < y.length; i++) {
            int t = i / d % tokens;
            int r = i / d / tokens;
            boolean own = t < index || t >= index + inserted;
            int from = own ? r * in[1] + (t < index ? t : t - inserted) : r * inserted + t - index;
            y[i] = (own ? x : other)[from * d + i % d];
        }
    }

    /** Each source pixel counts with the height of its tent at the place of the result's pixel. */
    private static void resize(double[] x, int[] in, Operation.Resize o, double[] y) {
        for (int i = 0; i < y.length; i++) {
            int column = i / in[3] % o.width();
            int row = i / in[3] / o.width() % o.height();
            int image = i / in[3] / o.width() / o.height() * in[1] * in[2];
            double atY = Math.clamp((row + 0.5) * in[1] / o.height() - 0.5, 0, in[1] - 1);
            double atX = Math.clamp((column + 0.5) * in[2] / o.width() - 0.5, 0, in[2] - 1);
            for (int sy = 0; sy < in[1]; sy++) {
                for (int sx = 0; sx < in[2]; sx++) {
                    double weight = Math.max(0, 1 - Math.abs(sy - atY)) * Math.max(0, 1 - Math.abs(sx - atX));
                    y[i] += weight * x[(image + sy * in[2] + sx) * in[3] + i % in[3]];
                }
            }
        }
    }

    private static void attention(double[] x, int[] in, int heads, double[] y) {
        int tokens = in[1];
        int d = in[2] / 3;
        int size = d / heads;
        for (int i = 0; i < y.length; i++) {
            int head = i % d / size;
            int t = i / d % tokens;
            int row = i / d / tokens * tokens;
            double total = 0;
            double sum = 0;
            for (int u = 0; u < tokens; u++) {
                double score = 0;
                for (int j = 0; j < size; j++) {
                    score += x[(row + t) * 3 * d + head * size + j] * x[(row + u) * 3 * d + d + head * size + j];
                }
                double weight = Math.exp(score / Math.sqrt(size));
                total += weight;
                sum += weight * x[(row + u) * 3 * d + 2 * d + i % d];
            }
            y[i] = sum / total;
        }
    }

    private void pool(double[] x, int[] in, Window w, boolean max, double[] y) {
        int outWidth = w.outputWidth(in[2]);
        int outHeight = w.outputHeight(in[1]);
        for (int i = 0; i < y.length; i++) {
            int channel = i % in[3];
            int ox = i / in[3] % outWidth;
            int oy = i / in[3] / outWidth % outHeight;
            int r = i / in[3] / outWidth / outHeight;
            double best = Double.NEGATIVE_INFINITY;
            double second = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int ky = 0; ky < w.kernelHeight(); ky++) {
                for (int kx = 0; kx < w.kernelWidth(); kx++) {
                    int iy = oy * w.stride() - w.padding() + ky * w.dilation();
                    int ix = ox * w.stride() - w.padding() + kx * w.dilation();
                    if (iy >= 0 && iy < in[1] && ix >= 0 && ix < in[2]) {
                        double value = x[((r * in[1] + iy) * in[2] + ix) * in[3] + channel];
                        second = Math.max(second, Math.min(best, value));
                        best = Math.max(best, value);
                        sum += value;
                        count++;
                    }
                }
            }
            y[i] = max ? best : sum / count;
            // Rectified zeros are equal on both sides of the kink: they give no gradient whichever is taken.
            if (max && best != 0) {
                kinkMargin = Math.min(kinkMargin, best - second);
            }
        }
    }

    private void embed(double[] x, int[] in, Operation.Embed o, double[] y) {
        int d = in[2];
        int tokens = in[1] + 1;
        for (int i = 0; i < y.length; i++) {
            int t = i / d % tokens;
            int r = i / d / tokens;
            double value = t == 0 ? theta[o.token().offset() + i % d] : x[(r * in[1] + t - 1) * d + i % d];
            y[i] = value + theta[o.positions().offset() + i % (tokens * d)];
        }
    }
}
