package dev.flops.models.data.image;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of another set, transformed on reading, with the same labels. Immutable; nothing is copied.
 *
 * <p>Random transforms make an image a function of (key, epoch, example): a view of each epoch shows other variants, and one of
 * the same epoch the same ones, whatever is read first and by which thread. Transform t of an example draws from
 * {@code key.forExample(epoch, example).fold(t, 0)}.
 */
public final class TransformedImages implements LabelledExamples {
    private final LabelledExamples base;
    private final List<ImageTransform> transforms;
    private final List<ImageShape> shapes;
    private final RandomKey key;
    private final int epoch;

    private TransformedImages(
            LabelledExamples base, List<ImageTransform> transforms, List<ImageShape> shapes, RandomKey key, int epoch) {
        this.base = base;
        this.transforms = transforms;
        this.shapes = shapes;
        this.key = key;
        this.epoch = epoch;
    }

    /**
     * A view.
     *
     * @param base images (height, width, channels)
     * @param transforms what is done, in this order
     * @param key key of the random ones
     * @param epoch number of the pass over the data, at least 0
     * @return the view
     * @throws IllegalArgumentException if a transform does not fit the shape that the one before leaves
     */
    public static TransformedImages of(
            LabelledExamples base, List<ImageTransform> transforms, RandomKey key, int epoch) {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch = " + epoch + ", expected >= 0");
        }
        List<ImageShape> shapes = new ArrayList<>();
        shapes.add(ImageShape.of(base.exampleShape()));
        for (ImageTransform transform : transforms) {
            shapes.add(transform.shapeAfter(shapes.getLast()));
        }
        return new TransformedImages(base, List.copyOf(transforms), shapes, key, epoch);
    }

    @Override
    public int size() {
        return base.size();
    }

    @Override
    public int[] exampleShape() {
        return shapes.getLast().extents();
    }

    @Override
    public int exampleLength() {
        return shapes.getLast().length();
    }

    @Override
    public int classes() {
        return base.classes();
    }

    @Override
    public int label(int example) {
        return base.label(example);
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        int length = exampleLength();
        if (offset < 0 || offset > out.length - length) {
            throw new IllegalArgumentException(
                    "offset = " + offset + ", expected 0 <= offset <= " + (out.length - length));
        }
        float[] image = new float[shapes.getFirst().length()];
        base.readInto(example, image, 0);
        RandomKey own = key.forExample(epoch, example);
        for (int t = 0; t < transforms.size(); t++) {
            float[] next = new float[shapes.get(t + 1).length()];
            transforms.get(t).applyInto(image, shapes.get(t), own.fold(t, 0), next);
            image = next;
        }
        System.arraycopy(image, 0, out, offset, length);
    }
}
