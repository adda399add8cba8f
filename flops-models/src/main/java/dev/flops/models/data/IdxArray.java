package dev.flops.models.data;

/**
 * The content of an IDX file: an array of unsigned bytes, row-major, with a shape of 1 to {@value IdxReader#MAX_RANK}
 * positive extents.
 *
 * <p>Immutable.
 */
public final class IdxArray {
    private final String source;
    private final int[] shape;
    private final byte[] values;

    /** Takes over {@code shape} and {@code values} without copying; the caller gives them up. */
    IdxArray(String source, int[] shape, byte[] values) {
        this.source = source;
        this.shape = shape;
        this.values = values;
    }

    /**
     * Name of the file or stream that the array was read from.
     *
     * @return the name that {@link IdxReader} was given
     */
    public String source() {
        return source;
    }

    /**
     * Number of dimensions.
     *
     * @return 1 to {@value IdxReader#MAX_RANK}
     */
    public int rank() {
        return shape.length;
    }

    /**
     * Extents of the dimensions, outermost first.
     *
     * @return a fresh array of positive extents
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Extent of one dimension.
     *
     * @param dimension index in [0, rank)
     * @return the extent, at least 1
     */
    public int extent(int dimension) {
        return shape[Checks.requireIndex("dimension", dimension, shape.length)];
    }

    /**
     * Number of values: the product of the extents.
     *
     * @return at least 1
     */
    public int length() {
        return values.length;
    }

    /**
     * One value.
     *
     * @param index row-major index in [0, length)
     * @return the value, 0 to 255
     */
    public int get(int index) {
        return values[Checks.requireIndex("index", index, values.length)] & 0xFF;
    }

    /** Where the value stands in the decompressed file. */
    long offsetOf(int index) {
        return offsetOfExtent(shape.length) + index;
    }

    /** Where the extent of a dimension stands in the decompressed file. */
    static long offsetOfExtent(int dimension) {
        return 4 + 4L * dimension;
    }

    /** The values themselves: not to be modified. */
    byte[] values() {
        return values;
    }
}
