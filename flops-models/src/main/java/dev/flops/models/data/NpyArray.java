package dev.flops.models.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The content of an NPY file: numbers, row-major, with a shape of at most {@value NpyReader#MAX_RANK} positive extents.
 *
 * <p>Immutable.
 */
public final class NpyArray {
    private final String source;
    private final NpyType type;
    private final int[] shape;
    private final byte[] bytes;
    /** The bytes, in the order of the file; read at absolute positions only. */
    private final ByteBuffer values;

    private final long offset;

    /** Takes over {@code shape} and {@code bytes} without copying; the values begin at byte {@code offset} of the file. */
    NpyArray(String source, NpyType type, int[] shape, byte[] bytes, ByteOrder order, long offset) {
        this.source = source;
        this.type = type;
        this.shape = shape;
        this.bytes = bytes;
        this.values = ByteBuffer.wrap(bytes).order(order);
        this.offset = offset;
    }

    /**
     * Name of the file or stream that the array was read from.
     *
     * @return the name that {@link NpyReader} was given
     */
    public String source() {
        return source;
    }

    /**
     * Type of the elements.
     *
     * @return the type
     */
    public NpyType type() {
        return type;
    }

    /**
     * Number of dimensions.
     *
     * @return 0 to {@value NpyReader#MAX_RANK}
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
     * Number of elements: the product of the extents.
     *
     * @return at least 1
     */
    public int length() {
        return bytes.length / type.bytes();
    }

    /**
     * One element as an integer.
     *
     * @param index row-major index in [0, length)
     * @return the value
     * @throws IllegalArgumentException if the type is none of integers
     */
    public long getLong(int index) {
        return type.getLong(values, Checks.requireIndex("index", index, length()));
    }

    /**
     * One element.
     *
     * @param index row-major index in [0, length)
     * @return the value; an integer of more than 53 bits is rounded
     */
    public double getDouble(int index) {
        return type.getDouble(values, Checks.requireIndex("index", index, length()));
    }

    /** Where an element stands in the decompressed file. */
    long offsetOf(int index) {
        return offset + (long) index * type.bytes();
    }

    /** The bytes of an array of unsigned bytes: not to be modified. */
    byte[] bytes() {
        return bytes;
    }
}
