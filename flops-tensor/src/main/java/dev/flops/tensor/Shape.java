package dev.flops.tensor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extents of a tensor, row-major: the last index runs fastest. Immutable.
 *
 * <p>Networks ask for the same few shapes again and again: those asked for lately are handed out again, so that this allocates nothing.
 */
public final class Shape {
    /**
     * Shapes asked for lately, in sets by some bits of their hash. Threads may overwrite each other's entries, but see whole shapes, whose
     * fields are final.
     */
    private static final @Nullable Shape[] RECENT = new Shape[1024];

    private static final int IN_SET = 4;

    private final int[] extents;
    private final int elements;
    private final int hash;

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
        this.hash = Arrays.hashCode(extents);
    }

    /**
     * A shape.
     *
     * @param extents positive extents, copied; none for a scalar
     * @return the shape
     */
    public static Shape of(int... extents) {
        int hash = Arrays.hashCode(extents);
        Shape recent = recent(hash);
        return recent != null && Arrays.equals(recent.extents, extents) ? recent : remembered(hash, extents.clone());
    }

    /**
     * A shape.
     *
     * @param extents positive extents, copied; none for a scalar
     * @return the shape
     */
    public static Shape of(List<Integer> extents) {
        int hash = 1;
        for (int i = 0; i < extents.size(); i++) {
            hash = hash(hash, extents.get(i));
        }
        Shape recent = recent(hash);
        if (recent != null && recent.is(extents)) {
            return recent;
        }
        int[] copy = new int[extents.size()];
        Arrays.setAll(copy, extents::get);
        return remembered(hash, copy);
    }

    private boolean is(List<Integer> others) {
        boolean equal = extents.length == others.size();
        for (int i = 0; equal && i < extents.length; i++) {
            equal = extents[i] == others.get(i);
        }
        return equal;
    }

    /**
     * A shape of one axis.
     *
     * @param extent0 positive extent
     * @return the shape
     */
    public static Shape of(int extent0) {
        int hash = hash(1, extent0);
        Shape recent = recent(hash);
        return recent != null && recent.is(extent0) ? recent : remembered(hash, new int[] {extent0});
    }

    /**
     * A shape of two axes.
     *
     * @param extent0 positive extent
     * @param extent1 positive extent
     * @return the shape
     */
    public static Shape of(int extent0, int extent1) {
        int hash = hash(hash(1, extent0), extent1);
        Shape recent = recent(hash);
        return recent != null && recent.is(extent0, extent1) ? recent : remembered(hash, new int[] {extent0, extent1});
    }

    /**
     * A shape of three axes.
     *
     * @param extent0 positive extent
     * @param extent1 positive extent
     * @param extent2 positive extent
     * @return the shape
     */
    public static Shape of(int extent0, int extent1, int extent2) {
        int hash = hash(hash(hash(1, extent0), extent1), extent2);
        Shape recent = recent(hash);
        return recent != null && recent.is(extent0, extent1, extent2)
                ? recent
                : remembered(hash, new int[] {extent0, extent1, extent2});
    }

    /**
     * A shape of four axes.
     *
     * @param extent0 positive extent
     * @param extent1 positive extent
     * @param extent2 positive extent
     * @param extent3 positive extent
     * @return the shape
     */
    public static Shape of(int extent0, int extent1, int extent2, int extent3) {
        int hash = hash(hash(hash(hash(1, extent0), extent1), extent2), extent3);
        Shape recent = recent(hash);
        return recent != null && recent.is(extent0, extent1, extent2, extent3)
                ? recent
                : remembered(hash, new int[] {extent0, extent1, extent2, extent3});
    }

    /** The hash of {@link Arrays#hashCode(int[])} with one more number. */
    private static int hash(int before, int extent) {
        return 31 * before + extent;
    }

    /** One with this hash, which is likely to be the one that is looked for. */
    private static @Nullable Shape recent(int hash) {
        int set = set(hash);
        for (int i = set; i < set + IN_SET; i++) {
            Shape recent = RECENT[i];
            if (recent != null && recent.hash == hash) {
                return recent;
            }
        }
        return null;
    }

    private static int set(int hash) {
        return ((hash * 0x9E3779B9) >>> 24) * IN_SET;
    }

    private static Shape remembered(int hash, int[] extents) {
        Shape shape = new Shape(extents);
        int set = set(hash);
        int place = set + (hash >>> 16) % IN_SET;
        for (int i = set; i < set + IN_SET; i++) {
            if (RECENT[i] == null || RECENT[i].hash == hash) {
                place = i;
                break;
            }
        }
        RECENT[place] = shape;
        return shape;
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
        return with(extents.length - 1, extent);
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
        return with(0, extent);
    }

    private Shape with(int axis, int extent) {
        int hash = 1;
        for (int i = 0; i < extents.length; i++) {
            hash = hash(hash, i == axis ? extent : extents[i]);
        }
        Shape recent = recent(hash);
        if (recent != null && recent.equalsBut(axis, extent, extents)) {
            return recent;
        }
        int[] changed = extents.clone();
        changed[axis] = extent;
        return remembered(hash, changed);
    }

    /**
     * The shape with one more axis in front, such as that of a batch of what has this shape.
     *
     * @param extent extent of the new first axis
     * @return the changed shape
     */
    public Shape withLeading(int extent) {
        int[] changed = new int[extents.length + 1];
        changed[0] = extent;
        System.arraycopy(extents, 0, changed, 1, extents.length);
        return of(changed);
    }

    /** Whether the extents are the others but for one axis. */
    private boolean equalsBut(int axis, int extent, int[] others) {
        boolean equal = extents.length == others.length;
        for (int i = 0; equal && i < others.length; i++) {
            equal = extents[i] == (i == axis ? extent : others[i]);
        }
        return equal;
    }

    /** Whether this is the extent. */
    boolean is(int extent0) {
        return extents.length == 1 && extents[0] == extent0;
    }

    /** Whether these are the extents. */
    boolean is(int extent0, int extent1) {
        return extents.length == 2 && extents[0] == extent0 && extents[1] == extent1;
    }

    /** Whether these are the extents. */
    boolean is(int extent0, int extent1, int extent2) {
        return extents.length == 3 && extents[0] == extent0 && extents[1] == extent1 && extents[2] == extent2;
    }

    /** Whether these are the extents. */
    boolean is(int extent0, int extent1, int extent2, int extent3) {
        return extents.length == 4
                && extents[0] == extent0
                && extents[1] == extent1
                && extents[2] == extent2
                && extents[3] == extent3;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Shape that && Arrays.equals(extents, that.extents));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
