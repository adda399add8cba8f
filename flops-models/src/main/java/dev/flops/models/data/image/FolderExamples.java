package dev.flops.models.data.image;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import dev.flops.models.data.Normalization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The pictures of a folder, decoded and brought to one shape on reading. */
final class FolderExamples implements LabelledExamples {
    /** No transform here draws. */
    private static final RandomKey UNUSED = new RandomKey(0, 0);

    private final ImageFolder folder;
    private final ImageShape shape;
    private final List<ImageTransform> afterCrop;

    FolderExamples(ImageFolder folder, ImageShape shape, List<Normalization> normalizations) {
        this.folder = folder;
        this.shape = shape;
        ImageTransform normalize = new ImageTransform.Normalize(normalizations);
        normalize.shapeAfter(shape);
        this.afterCrop = List.of(
                new ImageTransform.Channels(shape.channels()),
                new ImageTransform.Resize(shape.height(), shape.width(), true),
                normalize);
    }

    @Override
    public int size() {
        return folder.files().size();
    }

    @Override
    public int[] exampleShape() {
        return shape.extents();
    }

    @Override
    public int exampleLength() {
        return shape.length();
    }

    @Override
    public int classes() {
        return folder.classNames().size();
    }

    @Override
    public int label(int example) {
        return folder.label(Objects.checkIndex(example, size()));
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        Objects.checkFromIndexSize(offset, shape.length(), out.length);
        Picture picture;
        try {
            picture = ImageFolder.decode(folder.files().get(example));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        float[] image = picture.toFloats();
        ImageShape at = picture.shape();
        ImageTransform crop = centred(at);
        ImageShape cropped = crop.shapeAfter(at);
        image = applied(crop, image, at);
        at = cropped;
        for (ImageTransform transform : afterCrop) {
            image = applied(transform, image, at);
            at = transform.shapeAfter(at);
        }
        System.arraycopy(image, 0, out, offset, shape.length());
    }

    /** The largest centred part of the proportions of {@link #shape}. */
    private ImageTransform centred(ImageShape of) {
        long width = Math.max(1, Math.min(of.width(), (long) of.height() * shape.width() / shape.height()));
        long height = Math.max(1, Math.min(of.height(), (long) of.width() * shape.height() / shape.width()));
        int top = (int) (of.height() - height) / 2;
        int left = (int) (of.width() - width) / 2;
        return new ImageTransform.Crop(top, left, (int) height, (int) width);
    }

    private static float[] applied(ImageTransform transform, float[] image, ImageShape shape) {
        float[] out = new float[transform.shapeAfter(shape).length()];
        transform.applyInto(image, shape, UNUSED, out);
        return out;
    }
}
