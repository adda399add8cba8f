package dev.flops.verify.support;

import org.apache.commons.math3.special.Erf;

/**
 * Layers in double precision, written from their definitions, one example at a time; nothing of the framework is used.
 */
final class OracleMath {
    private OracleMath() {}

    /** y[t] = W x[t] + b for each of the rows of x. */
    static double[] linear(double[] x, int in, double[] theta, int weight, int bias, int out) {
        int rows = x.length / in;
        double[] y = new double[rows * out];
        for (int t = 0; t < rows; t++) {
            for (int o = 0; o < out; o++) {
                double sum = theta[bias + o];
                for (int k = 0; k < in; k++) {
                    sum += theta[weight + o * in + k] * x[t * in + k];
                }
                y[t * out + o] = sum;
            }
        }
        return y;
    }

    /** (x − mean) / √(variance + ε) · γ + β over groups of n. */
    static double[] layerNorm(double[] x, int n, double[] theta, int gamma, int beta, double epsilon) {
        double[] y = new double[x.length];
        for (int first = 0; first < x.length; first += n) {
            double mean = 0;
            for (int j = 0; j < n; j++) {
                mean += x[first + j] / n;
            }
            double variance = 0;
            for (int j = 0; j < n; j++) {
                variance += (x[first + j] - mean) * (x[first + j] - mean) / n;
            }
            for (int j = 0; j < n; j++) {
                double normalised = (x[first + j] - mean) / Math.sqrt(variance + epsilon);
                y[first + j] = theta[gamma + j] * normalised + theta[beta + j];
            }
        }
        return y;
    }

    /** x Φ(x). */
    static double[] gelu(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 0.5 * x[i] * (1 + Erf.erf(x[i] / Math.sqrt(2)));
        }
        return y;
    }

    static double[] relu(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(0, x[i]);
        }
        return y;
    }

    static double[] sum(double[] a, double[] b) {
        double[] y = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            y[i] = a[i] + b[i];
        }
        return y;
    }

    /** Heads of softmax(q kᵀ / √(d/heads)) v; a token's row is [q | k | v]. */
    static double[] attention(double[] qkv, int d, int heads) {
        int tokens = qkv.length / (3 * d);
        int size = d / heads;
        double[] y = new double[tokens * d];
        for (int h = 0; h < heads; h++) {
            for (int s = 0; s < tokens; s++) {
                double[] share = new double[tokens];
                double total = 0;
                for (int t = 0; t < tokens; t++) {
                    double product = 0;
                    for (int j = 0; j < size; j++) {
                        product += qkv[s * 3 * d + h * size + j] * qkv[t * 3 * d + d + h * size + j];
                    }
                    share[t] = Math.exp(product / Math.sqrt(size));
                    total += share[t];
                }
                for (int t = 0; t < tokens; t++) {
                    for (int j = 0; j < size; j++) {
                        y[s * d + h * size + j] += share[t] / total * qkv[t * 3 * d + 2 * d + h * size + j];
                    }
                }
            }
        }
        return y;
    }

    /** Geometry of a convolution or pooling of a channels-last image. */
    record Geometry(int height, int width, int channels, int kernel, int stride, int padding, int dilation) {
        int outHeight() {
            return (height + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        }

        int outWidth() {
            return (width + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        }

        double at(double[] image, int y, int x, int channel) {
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            return inside ? image[(y * width + x) * channels + channel] : 0;
        }
    }

    /** Weight (out, channels / groups, kernel, kernel); output channels-last. */
    static double[] convolution(double[] image, Geometry g, double[] theta, int weight, int bias, int out, int groups) {
        int inShare = g.channels() / groups;
        int outShare = out / groups;
        double[] result = new double[g.outHeight() * g.outWidth() * out];
        for (int y = 0; y < g.outHeight(); y++) {
            for (int x = 0; x < g.outWidth(); x++) {
                for (int o = 0; o < out; o++) {
                    double sum = theta[bias + o];
                    for (int c = 0; c < inShare; c++) {
                        for (int ky = 0; ky < g.kernel(); ky++) {
                            for (int kx = 0; kx < g.kernel(); kx++) {
                                double w = theta[weight + ((o * inShare + c) * g.kernel() + ky) * g.kernel() + kx];
                                int iy = y * g.stride() - g.padding() + ky * g.dilation();
                                int ix = x * g.stride() - g.padding() + kx * g.dilation();
                                sum += w * g.at(image, iy, ix, o / outShare * inShare + c);
                            }
                        }
                    }
                    result[(y * g.outWidth() + x) * out + o] = sum;
                }
            }
        }
        return result;
    }

    /** Largest of each 2×2 block. */
    static double[] maxPool(double[] image, int size, int channels) {
        int half = size / 2;
        double[] result = new double[half * half * channels];
        for (int y = 0; y < half; y++) {
            for (int x = 0; x < half; x++) {
                for (int c = 0; c < channels; c++) {
                    double best = Double.NEGATIVE_INFINITY;
                    for (int q = 0; q < 4; q++) {
                        int from = ((2 * y + q / 2) * size + 2 * x + q % 2) * channels + c;
                        best = Math.max(best, image[from]);
                    }
                    result[(y * half + x) * channels + c] = best;
                }
            }
        }
        return result;
    }

    /** Least |a|, and least lead of a positive maximum of a 2×2 block over the rectified others. */
    static double kinkMargin(double[] a, int size, int channels) {
        double margin = Double.POSITIVE_INFINITY;
        for (double value : a) {
            margin = Math.min(margin, Math.abs(value));
        }
        double[] best = maxPool(relu(a), size, channels);
        for (int i = 0; i < a.length; i++) {
            int y = i / channels / size / 2;
            int x = i / channels % size / 2;
            double top = best[(y * (size / 2) + x) * channels + i % channels];
            if (top > 0 && a[i] != top) {
                margin = Math.min(margin, top - Math.max(0, a[i]));
            }
        }
        return margin;
    }

    /** Mean over all positions. */
    static double[] meanOverPositions(double[] image, int channels) {
        double[] result = new double[channels];
        for (int i = 0; i < image.length; i++) {
            result[i % channels] += image[i] * channels / image.length;
        }
        return result;
    }

    /** −ln softmax(z)[label]. */
    static double crossEntropy(double[] logits, int label) {
        double sum = 0;
        for (double z : logits) {
            sum += Math.exp(z - logits[label]);
        }
        return Math.log(sum);
    }
}
