package dev.flops.models.data;

import dev.flops.api.LabelledExamples;

/**
 * Some examples of another set, in a given order: example i of the view is example {@code indices[i]} of the base.
 *
 * <p>Labels keep their meaning and the number of classes stays, even when no example of some class is left. Immutable;
 * nothing is copied but the indices.
 */
public final class ExampleSubset implements LabelledExamples {
    private final LabelledExamples base;
    private final int[] indices;

    private ExampleSubset(LabelledExamples base, int[] indices) {
        this.base = base;
        this.indices = indices;
    }

    /**
     * A view of some examples.
     *
     * @param base the set to choose from
     * @param indices at least one index in [0, base.size()), in the order of the view; an index may repeat. Copied
     * @return the view
     */
    public static ExampleSubset of(LabelledExamples base, int[] indices) {
        int[] copy = indices.clone();
        if (copy.length == 0) {
            throw new IllegalArgumentException("indices.length = 0, expected >= 1");
        }
        int size = base.size();
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] < 0 || copy[i] >= size) {
                throw new IllegalArgumentException(
                        "indices[" + i + "] = " + copy[i] + ", expected 0 <= index < " + size);
            }
        }
        return new ExampleSubset(base, copy);
    }

    /**
     * Index of an example in the base.
     *
     * @param example index in [0, size)
     * @return its index in the set that this is a view of
     */
    public int baseIndex(int example) {
        return indices[Checks.requireIndex("example", example, indices.length)];
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int[] exampleShape() {
        return base.exampleShape();
    }

    @Override
    public int exampleLength() {
        return base.exampleLength();
    }

    @Override
    public int classes() {
        return base.classes();
    }

    @Override
    public int label(int example) {
        return base.label(baseIndex(example));
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        base.readInto(baseIndex(example), out, offset);
    }
}
