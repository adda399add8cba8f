package dev.flops.alloc.estimate;

import java.util.Arrays;

/**
 * Centred ranks: the r-th smallest of N ≥ 2 losses (r = 0 .. N − 1) becomes r/(N − 1) − ½; equal losses share the mean of
 * their ranks. The sum is 0; any increasing transformation of the losses leaves them unchanged.
 */
final class CentredRanks {
    private CentredRanks() {}

    /** Replaces values[from .. to) by their centred ranks among themselves. */
    static void rankInPlace(float[] values, int from, int to) {
        int count = to - from;
        long[] order = new long[count];
        for (int j = 0; j < count; j++) {
            // Bits of a float (−0 counts as 0) that sort like the float, then the index.
            int bits = Float.floatToIntBits(values[from + j] + 0f);
            int sortable = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
            order[j] = ((long) sortable << 32) | j;
        }
        Arrays.sort(order);
        for (int begin = 0, end; begin < count; begin = end) {
            end = begin + 1;
            while (end < count && order[end] >> 32 == order[begin] >> 32) {
                end++;
            }
            double rank = 0.5 * (begin + end - 1);
            for (int j = begin; j < end; j++) {
                values[from + (int) order[j]] = (float) (rank / (count - 1) - 0.5);
            }
        }
    }
}
