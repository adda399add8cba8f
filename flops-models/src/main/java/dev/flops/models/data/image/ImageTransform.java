package dev.flops.models.data.image;

import dev.flops.api.RandomKey;
import dev.flops.models.data.Normalization;
import java.util.Arrays;
import java.util.List;

/**
 * What is done to an image: a value. Random ones draw from the key that they are given and from nothing else, so that the result
 * does not depend on the order in which images are read, or on threads.
 */
public sealed interface ImageTransform {
    /**
     * The shape that comes out.
     *
     * @param shape the shape that goes in
     * @return the shape
     * @throws IllegalArgumentException if the transform does not fit images of that shape
     */
    ImageShape shapeAfter(ImageShape shape);

    /**
     * Transforms an image.
     *
     * @param image the image, not modified
     * @param shape its shape
     * @param key key of this transform of this image; only random transforms use it
     * @param out modified: receives the values of the image that comes out, row-major, channels last
     */
    void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out);

    /**
     * Bilinear interpolation to a size, whatever the proportions: value i of n, out of m, is the mean around (i + ½) m/n,
     * weighted by a triangle of half-width max(1, m/n) with antialiasing, 1 without. It agrees with
     * {@code torch.nn.functional.interpolate(mode="bilinear", align_corners=False, antialias=...)} of PyTorch within 1e-6 of
     * the largest value.
     *
     * @param height rows
     * @param width columns
     * @param antialias whether all pixels take part when an image shrinks, as in Pillow and torchvision
     */
    record Resize(int height, int width, boolean antialias) implements ImageTransform {
        /** Checks the ranges. */
        public Resize {
            new ImageShape(height, width, 1);
        }

        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            return new ImageShape(height, width, shape.channels());
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            BilinearResize.resizeInto(image, shape, height, width, antialias, out, 0);
        }
    }

    /**
     * A rectangle.
     *
     * @param top first row
     * @param left first column
     * @param height rows
     * @param width columns
     */
    record Crop(int top, int left, int height, int width) implements ImageTransform {
        /** Checks the ranges. */
        public Crop {
            new ImageShape(height, width, 1);
            if (top < 0 || left < 0) {
                throw new IllegalArgumentException("top, left = " + top + ", " + left + ", expected >= 0");
            }
        }

        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            if (top > shape.height() - height || left > shape.width() - width) {
                throw new IllegalArgumentException("image shape = " + shape + ", expected room for " + this);
            }
            return new ImageShape(height, width, shape.channels());
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            Rows.copyInto(image, shape, top, left, 0, out, shapeAfter(shape));
        }
    }

    /**
     * A rectangle at a random place of the image with a margin: with the image's own size, a shift by up to {@code margin}
     * pixels in each direction. All places have the same probability up to 2⁻⁵³.
     *
     * @param height rows
     * @param width columns
     * @param margin pixels around the image, at least 0
     * @param fill value of the margin's pixels
     */
    record RandomCrop(int height, int width, int margin, float fill) implements ImageTransform {
        /** Checks the ranges. */
        public RandomCrop {
            new ImageShape(height, width, 1);
            if (margin < 0 || margin > Short.MAX_VALUE) {
                throw new IllegalArgumentException("margin = " + margin + ", expected 0 to " + Short.MAX_VALUE);
            }
        }

        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            if (height > shape.height() + 2L * margin || width > shape.width() + 2L * margin) {
                throw new IllegalArgumentException("image shape = " + shape + ", expected room for " + this);
            }
            return new ImageShape(height, width, shape.channels());
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            ImageShape after = shapeAfter(shape);
            int top = (int) (key.uniform(0, 0) * (shape.height() + 2 * margin - height + 1)) - margin;
            int left = (int) (key.uniform(0, 1) * (shape.width() + 2 * margin - width + 1)) - margin;
            Rows.copyInto(image, shape, top, left, fill, out, after);
        }
    }

    /** Left and right exchanged, with probability ½. */
    record RandomFlip() implements ImageTransform {
        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            return shape;
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            if (key.bits(0, 0) < 0) {
                new Flip().applyInto(image, shape, key, out);
            } else {
                System.arraycopy(image, 0, out, 0, shape.length());
            }
        }
    }

    /** Left and right exchanged. */
    record Flip() implements ImageTransform {
        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            return shape;
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            int channels = shape.channels();
            for (int y = 0; y < shape.height(); y++) {
                int row = y * shape.width() * channels;
                for (int x = 0; x < shape.width(); x++) {
                    int to = row + (shape.width() - 1 - x) * channels;
                    System.arraycopy(image, row + x * channels, out, to, channels);
                }
            }
        }
    }

    /**
     * Another number of channels: three are made of one by repeating it, one of three as luma, 0.299 red + 0.587 green + 0.114
     * blue (ITU-R BT.601), of values that are proportional to those of the picture, not yet normalised.
     *
     * @param channels 1 or 3
     */
    record Channels(int channels) implements ImageTransform {
        private static final int COLOURS = 3;
        private static final double RED = 0.299;
        private static final double GREEN = 0.587;
        private static final double BLUE = 0.114;

        /** Checks the range. */
        public Channels {
            if (channels != 1 && channels != COLOURS) {
                throw new IllegalArgumentException("channels = " + channels + ", expected 1 or 3");
            }
        }

        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            if (shape.channels() != 1 && shape.channels() != COLOURS) {
                throw new IllegalArgumentException("image shape = " + shape + ", expected 1 or 3 channels");
            }
            return new ImageShape(shape.height(), shape.width(), channels);
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            if (shape.channels() == channels) {
                System.arraycopy(image, 0, out, 0, shape.length());
                return;
            }
            for (int i = 0; i < shape.height() * shape.width(); i++) {
                if (channels == 1) {
                    out[i] = (float)
                            (RED * image[COLOURS * i] + GREEN * image[COLOURS * i + 1] + BLUE * image[COLOURS * i + 2]);
                } else {
                    Arrays.fill(out, COLOURS * i, COLOURS * i + COLOURS, image[i]);
                }
            }
        }
    }

    /**
     * Normalisation of values in [0, 1]: x becomes (x − mean) / deviation, computed in double precision.
     *
     * @param channels mean and deviation: one pair for all channels, or one for each
     */
    record Normalize(List<Normalization> channels) implements ImageTransform {
        /** Copies the list. */
        public Normalize {
            channels = List.copyOf(channels);
        }

        @Override
        public ImageShape shapeAfter(ImageShape shape) {
            if (channels.size() != 1 && channels.size() != shape.channels()) {
                throw new IllegalArgumentException(
                        "channels.size = " + channels.size() + ", expected 1 or " + shape.channels());
            }
            return shape;
        }

        @Override
        public void applyInto(float[] image, ImageShape shape, RandomKey key, float[] out) {
            for (int i = 0; i < shape.length(); i++) {
                Normalization of = channels.get(i % channels.size());
                out[i] = (float) ((image[i] - of.mean()) / of.standardDeviation());
            }
        }
    }
}
