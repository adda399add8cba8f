package dev.flops.tensor;

/**
 * The right operand of a matrix product in the layout that the kernels read fastest. Made by
 * {@link MatrixOps}; usable only with the operations that made it.
 */
public final class PackedMatrix {
    private final int rows;
    private final int columns;
    private final float[] array;

    PackedMatrix(int rows, int columns, float[] array) {
        this.rows = rows;
        this.columns = columns;
        this.array = array;
    }

    /**
     * Rows of the operand: the length K of the chains.
     *
     * @return K
     */
    public int rows() {
        return rows;
    }

    /**
     * Columns of the operand.
     *
     * @return N
     */
    public int columns() {
        return columns;
    }

    /**
     * Memory held.
     *
     * @return bytes
     */
    public long bytes() {
        return (long) array.length * Float.BYTES;
    }

    float[] array() {
        return array;
    }
}
