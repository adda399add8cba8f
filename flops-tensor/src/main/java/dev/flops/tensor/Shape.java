package dev.flops.tensor;

import java.util.Arrays;

/**
 * Extents of a tensor, row-major: the last index runs fastest. Immutable.
 */
public final class Shape {
    private final int[] extents;
    private final int elements;

    private Shape(int[] extents) {
        long product = 1;
        for (int i = 0; i < extents.length; i++) {
            if (extents[i] < 1) {
                throw new IllegalArgumentException("extents[" + i + "] = " + extents[i] + ", expected >= 1");
            }
            product *= extents[i];
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "extents = " + Arrays.toString(extents) + ", expected at most 2^31 - 1 elements");
            }
        }
        this.extents = extents;
        this.elements = (int) product;
    }

    /**
     * A shape.
     *
     * @param extents positive extents, copied; none for a scalar
     * @return the shape
     */
    public static Shape of(int... extents) {
        return new Shape(extents.clone());
    }

    /**
     * Number of axes.
     *
     * @return at least 0
     */
    public int rank() {
        return extents.length;
    }

    /**
     * Extent of an axis.
     *
     * @param axis from 0; negative axes count from the end, −1 is the last
     * @return the extent
     */
    public int extent(int axis) {
        return extents[axis < 0 ? extents.length + axis : axis];
    }

    /**
     * Number of elements.
     *
     * @return the product of the extents
     */
    public int elements() {
        return elements;
    }

    /**
     * The extents.
     *
     * @return a copy
     */
    public int[] toArray() {
        return extents.clone();
    }

    /**
     * The shape with another last extent.
     *
     * @param extent the new last extent
     * @return the changed shape
     */
    public Shape withLast(int extent) {
        if (extent == extent(-1)) {
            return this;
        }
        int[] changed = extents.clone();
        changed[changed.length - 1] = extent;
        return new Shape(changed);
    }

    /**
     * The shape with another first extent.
     *
     * @param extent the new first extent
     * @return the changed shape
     */
    public Shape withFirst(int extent) {
        if (extent == extent(0)) {
            return this;
        }
        int[] changed = extents.clone();
        changed[0] = extent;
        return new Shape(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(extents, that.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
