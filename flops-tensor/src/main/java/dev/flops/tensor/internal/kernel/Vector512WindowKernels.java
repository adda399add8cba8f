package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Max pooling by vectors of channels; the rest is bound by memory in any form. */
final class Vector512WindowKernels implements WindowKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();

    private final WindowKernels others = new PortableWindowKernels();

    @Override
    public void extractPatches(
            Window window,
            int height,
            int width,
            int allChannels,
            int firstChannel,
            int channels,
            float[] in,
            int inOffset,
            float[] out,
            int outOffset,
            int ldOut) {
        others.extractPatches(
                window, height, width, allChannels, firstChannel, channels, in, inOffset, out, outOffset, ldOut);
    }

    @Override
    public void maxPool(
            Window window, int height, int width, int channels, float[] in, int inOffset, float[] out, int outOffset) {
        int rows = window.outputHeight(height);
        int columns = window.outputWidth(width);
        int taps = window.kernelHeight() * window.kernelWidth();
        int to = outOffset;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++, to += channels) {
                boolean first = true;
                for (int tap = 0; tap < taps; tap++) {
                    int pixel = PortableWindowKernels.pixel(window, height, width, y, x, tap);
                    if (pixel >= 0) {
                        takeMax(channels, first, in, inOffset + pixel * channels, out, to);
                        first = false;
                    }
                }
                if (first) {
                    Arrays.fill(out, to, to + channels, Float.NEGATIVE_INFINITY);
                }
            }
        }
    }

    /** y = x at first, then max(y, x). */
    private static void takeMax(int n, boolean first, float[] x, int xOffset, float[] y, int yOffset) {
        if (first) {
            System.arraycopy(x, xOffset, y, yOffset, n);
            return;
        }
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + j);
            FloatVector.fromArray(SPECIES, y, yOffset + j).max(v).intoArray(y, yOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + j, rest);
            FloatVector.fromArray(SPECIES, y, yOffset + j, rest).max(v).intoArray(y, yOffset + j, rest);
        }
    }

    @Override
    public void averagePool(
            Window window, int height, int width, int channels, float[] in, int inOffset, float[] out, int outOffset) {
        others.averagePool(window, height, width, channels, in, inOffset, out, outOffset);
    }
}
