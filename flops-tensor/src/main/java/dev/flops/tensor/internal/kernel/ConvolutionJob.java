package dev.flops.tensor.internal.kernel;

import dev.flops.tensor.spec.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A convolution on its way through its products: an object that the convolutions of one worker use one after the other. */
public final class ConvolutionJob {
    /** A network has fewer geometries than that. */
    private static final int MOST_KNOWN = 64;

    private static final float[] NONE = new float[0];

    private final List<Planes> known = new ArrayList<>();
    private int[] taps = new int[0];
    private @Nullable Planes planes;
    private int n;
    private int k;
    private float[] packed = NONE;
    private float[] scratch = NONE;
    private float[] out = NONE;
    private int ldOut;

    /** A job without work. */
    public ConvolutionJob() {}

    /** Begins: n outputs by chains of k taps in the planes of a geometry; those are returned. */
    Planes begin(
            Window window,
            int height,
            int width,
            int outputs,
            int chain,
            float[] weights,
            float[] memory,
            float[] result,
            int resultStride) {
        n = outputs;
        k = chain;
        packed = weights;
        scratch = memory;
        out = result;
        ldOut = resultStride;
        if (taps.length < chain) {
            taps = new int[chain];
        }
        Planes found = find(window, height, width);
        planes = found;
        return found;
    }

    /** The planes of a geometry, which are made once. */
    private Planes find(Window window, int height, int width) {
        for (int i = 0; i < known.size(); i++) {
            Planes at = known.get(i);
            if (at.height() == height && at.width() == width && at.window().equals(window)) {
                return at;
            }
        }
        if (known.size() == MOST_KNOWN) {
            known.clear();
        }
        Planes made = Planes.of(window, height, width);
        known.add(made);
        return made;
    }

    /** Lets go of all arrays but its own. */
    void end() {
        packed = NONE;
        scratch = NONE;
        out = NONE;
    }

    Planes planes() {
        return Objects.requireNonNull(planes);
    }

    int n() {
        return n;
    }

    int k() {
        return k;
    }

    float[] packed() {
        return packed;
    }

    float[] scratch() {
        return scratch;
    }

    /** Where the taps of a chain are, k numbers. */
    int[] taps() {
        return taps;
    }

    float[] out() {
        return out;
    }

    int ldOut() {
        return ldOut;
    }
}
