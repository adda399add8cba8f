package dev.flops.api;

/** A point in parameter space that is read in pieces, so that it need not exist as a whole. */
public interface ParameterPoint {
    /**
     * Length of the parameter vector.
     *
     * @return d
     */
    int dimension();

    /**
     * Reads consecutive values. The same piece always reads the same bits.
     *
     * @param offset first value, at least 0
     * @param length number of values; {@code offset + length} is at most d
     * @param out modified: receives the values
     * @param outOffset where they go
     */
    void readInto(int offset, int length, float[] out, int outOffset);
}
