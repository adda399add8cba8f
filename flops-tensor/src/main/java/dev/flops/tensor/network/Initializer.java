package dev.flops.tensor.network;

import dev.flops.api.RandomKey;

/** Initial values of a parameter, as a function of a key. */
@FunctionalInterface
public interface Initializer {
    /**
     * Fills a parameter.
     *
     * @param key key of this parameter
     * @param values modified: elements [offset, offset + length)
     * @param offset where the parameter begins
     * @param length its number of elements
     */
    void fill(RandomKey key, float[] values, int offset, int length);

    /**
     * One value for all elements.
     *
     * @param value the value
     * @return the initializer
     */
    static Initializer constant(float value) {
        return (key, values, offset, length) -> java.util.Arrays.fill(values, offset, offset + length, value);
    }

    /**
     * Independent normal values N(0, deviation²), by Box–Muller in double precision.
     *
     * @param deviation standard deviation
     * @return the initializer
     */
    static Initializer normal(double deviation) {
        return (key, values, offset, length) -> {
            for (int i = 0; i < length; i++) {
                double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - key.uniform(i, 0)));
                double angle = 2 * StrictMath.PI * key.uniform(i, 1);
                values[offset + i] = (float) (deviation * radius * StrictMath.cos(angle));
            }
        };
    }

    /**
     * Independent uniform values in [−bound, bound).
     *
     * @param bound half the width
     * @return the initializer
     */
    static Initializer uniform(double bound) {
        return (key, values, offset, length) -> {
            for (int i = 0; i < length; i++) {
                values[offset + i] = (float) (bound * (2 * key.uniform(i, 0) - 1));
            }
        };
    }

    /**
     * Normal values of variance 1 / fanIn, which keep the scale of activations (LeCun et al. 1998).
     *
     * @param fanIn number of inputs of one output
     * @return the initializer
     */
    static Initializer fanIn(double fanIn) {
        return normal(1 / StrictMath.sqrt(fanIn));
    }
}
