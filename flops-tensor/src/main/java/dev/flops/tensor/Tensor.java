package dev.flops.tensor;

/**
 * A contiguous row-major float32 tensor: a shape laid over a stretch of an array.
 *
 * <p>Several tensors may share one array; writing through one is seen by the others. The tensor itself (shape, array,
 * offset) is immutable.
 */
public final class Tensor {
    private final Shape shape;
    private final float[] array;
    private final int offset;

    private Tensor(Shape shape, float[] array, int offset) {
        this.shape = shape;
        this.array = array;
        this.offset = offset;
    }

    /**
     * A tensor of zeros with storage of its own.
     *
     * @param extents positive extents
     * @return the tensor
     */
    public static Tensor zeros(int... extents) {
        Shape shape = Shape.of(extents);
        return new Tensor(shape, new float[shape.elements()], 0);
    }

    /**
     * A tensor over an array from its beginning, not copied.
     *
     * @param array storage
     * @param extents positive extents with as many elements as the array
     * @return the tensor
     */
    public static Tensor of(float[] array, int... extents) {
        Shape shape = Shape.of(extents);
        if (shape.elements() != array.length) {
            throw new IllegalArgumentException(
                    "array.length = " + array.length + ", expected " + shape.elements() + " for shape " + shape);
        }
        return new Tensor(shape, array, 0);
    }

    /**
     * A tensor over a stretch of an array, not copied.
     *
     * @param shape the shape
     * @param array storage
     * @param offset index of the first element
     * @return the tensor
     */
    public static Tensor view(Shape shape, float[] array, int offset) {
        if (offset < 0 || offset > array.length - shape.elements()) {
            throw new IllegalArgumentException("offset = " + offset + ", expected 0 <= offset <= "
                    + (array.length - shape.elements()) + " for shape " + shape + " in " + array.length + " floats");
        }
        return new Tensor(shape, array, offset);
    }

    /** Whether this is the view that {@link #view} would make. */
    @SuppressWarnings("ReferenceEquality") // The question is the identity of the storage.
    boolean isView(Shape otherShape, float[] otherArray, int otherOffset) {
        return array == otherArray && offset == otherOffset && shape.equals(otherShape);
    }

    /**
     * The shape.
     *
     * @return the shape
     */
    public Shape shape() {
        return shape;
    }

    /**
     * The storage.
     *
     * @return the array itself, not a copy
     */
    public float[] array() {
        return array;
    }

    /**
     * Index of the first element in {@link #array()}.
     *
     * @return the offset
     */
    public int offset() {
        return offset;
    }

    /**
     * Number of elements.
     *
     * @return the product of the extents
     */
    public int elements() {
        return shape.elements();
    }

    /**
     * The same elements under another shape.
     *
     * @param other a shape with as many elements
     * @return a tensor that shares the storage
     */
    public Tensor reshape(Shape other) {
        if (other.elements() != shape.elements()) {
            throw new IllegalArgumentException(
                    "shape = " + other + ", expected " + shape.elements() + " elements as in " + shape);
        }
        return new Tensor(other, array, offset);
    }

    /**
     * Consecutive entries along the first axis.
     *
     * @param from first entry
     * @param to one past the last entry
     * @return a tensor of shape (to − from, ...) that shares the storage
     */
    public Tensor slice(int from, int to) {
        if (from < 0 || to <= from || to > shape.extent(0)) {
            throw new IllegalArgumentException(
                    "slice [" + from + ", " + to + "), expected a non-empty part of [0, " + shape.extent(0) + ")");
        }
        if (to - from == shape.extent(0)) {
            return this;
        }
        int stride = shape.elements() / shape.extent(0);
        return new Tensor(shape.withFirst(to - from), array, offset + from * stride);
    }

    /**
     * The elements.
     *
     * @return a copy, row-major
     */
    public float[] toArray() {
        return java.util.Arrays.copyOfRange(array, offset, offset + shape.elements());
    }

    @Override
    public String toString() {
        return "Tensor" + shape;
    }
}
