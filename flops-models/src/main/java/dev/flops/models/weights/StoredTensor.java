package dev.flops.models.weights;

import java.util.List;

/**
 * A tensor in a file.
 *
 * @param name its name
 * @param type element type
 * @param shape extents, row-major; none for a scalar, and an extent may be 0
 * @param elements product of the extents
 * @param begin first byte, counted from the end of the header
 */
public record StoredTensor(String name, DataType type, List<Integer> shape, int elements, long begin) {
    /** Copies the shape. */
    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /**
     * One past the last byte.
     *
     * @return bytes from the end of the header
     */
    public long end() {
        return begin + (long) elements * type.bytes();
    }
}
