package dev.flops.api;

import java.util.Arrays;

/**
 * What an allocator has learned so far: an immutable vector whose meaning the allocator defines.
 *
 * @param values the numbers, copied in and out
 */
public record AllocatorState(double[] values) {
    /** Copies the numbers. */
    public AllocatorState {
        values = values.clone();
    }

    /**
     * The numbers.
     *
     * @return a copy
     */
    @Override
    public double[] values() {
        return values.clone();
    }

    /**
     * How many numbers there are.
     *
     * @return the length of {@link #values}
     */
    public int length() {
        return values.length;
    }

    /**
     * One of the numbers, without a copy of all.
     *
     * @param index which
     * @return {@code values()[index]}
     */
    public double value(int index) {
        return values[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AllocatorState that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }
}
