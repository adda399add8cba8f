package dev.flops.models.data.image;

/** A decoded picture: bytes, row-major, channels last, one channel (grey) or three (red, green, blue). */
record Picture(ImageShape shape, byte[] pixels) {
    /** The largest picture that is decoded, in pixels. */
    static final int MAX_PIXELS = 1 << 25;

    /** The values p/255. */
    float[] toFloats() {
        float[] values = new float[pixels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (pixels[i] & 0xFF) / 255f;
        }
        return values;
    }
}
