package dev.flops.models.data;

/** Argument checks of this package. */
final class Checks {
    private Checks() {}

    /** Returns {@code value} if it lies in [0, bound); {@code name} is only for the message. */
    static int requireIndex(String name, int value, int bound) {
        if (value < 0 || value >= bound) {
            throw new IllegalArgumentException(name + " = " + value + ", expected 0 <= " + name + " < " + bound);
        }
        return value;
    }

    /** Requires room for {@code length} values of an array of {@code capacity} from {@code offset} on. */
    static void requireRoom(int capacity, int offset, int length) {
        if (offset < 0 || offset > capacity - length) {
            throw new IllegalArgumentException("offset = " + offset + ", expected 0 <= offset <= " + (capacity - length)
                    + " (out.length = " + capacity + ", values to write = " + length + ")");
        }
    }
}
