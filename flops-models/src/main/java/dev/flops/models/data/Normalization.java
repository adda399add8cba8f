package dev.flops.models.data;

/**
 * How a byte p of an image becomes a feature: x = (p/255 − mean) / standardDeviation, computed in double precision and
 * rounded once to float.
 *
 * <p>Mean and deviation are those of p/255 over all pixels of the training images, so that features have mean 0 and
 * variance 1 there. They are fixed per data set and never re-estimated from a subset: a model trained on a part and one
 * trained on the whole see the same features.
 *
 * @param mean mean of p/255, finite
 * @param standardDeviation standard deviation of p/255, finite and positive
 */
public record Normalization(double mean, double standardDeviation) {
    /** Number of values of a byte. */
    private static final int BYTE_VALUES = 256;

    /** Checks the ranges. */
    public Normalization {
        if (!Double.isFinite(mean)) {
            throw new IllegalArgumentException("mean = " + mean + ", expected a finite number");
        }
        if (!(standardDeviation > 0) || standardDeviation == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "standardDeviation = " + standardDeviation + ", expected a finite number > 0");
        }
    }

    /**
     * No more than scaling to [0, 1]: x = p/255.
     *
     * @return mean 0, standard deviation 1
     */
    public static Normalization none() {
        return new Normalization(0, 1);
    }

    /**
     * The feature of a byte.
     *
     * @param value the byte, 0 to 255
     * @return (value/255 − mean) / standardDeviation
     */
    public float apply(int value) {
        Checks.requireIndex("value", value, BYTE_VALUES);
        return (float) ((value / 255.0 - mean) / standardDeviation);
    }

    /** The features of all bytes, indexed by the byte. */
    float[] table() {
        float[] table = new float[BYTE_VALUES];
        for (int value = 0; value < BYTE_VALUES; value++) {
            table[value] = apply(value);
        }
        return table;
    }
}
