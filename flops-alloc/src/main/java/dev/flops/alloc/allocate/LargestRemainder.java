package dev.flops.alloc.allocate;

import java.util.Arrays;

/**
 * Rounds shares to whole samples by the method of the largest remainder (Hamilton): n_i = n_min + ⌊q_i⌋ with
 * q_i = free · share_i, and the samples that are left go, one each, to the largest fractions q_i − ⌊q_i⌋, ties by index.
 */
final class LargestRemainder {
    private LargestRemainder() {}

    /** A rule that turns shares into whole samples. */
    @FunctionalInterface
    interface Rounding {
        /**
         * Rounds.
         *
         * @param shares share_i ≥ 0 with sum 1 up to rounding, not modified
         * @param free samples to give out beyond the minimum
         * @param minimum n_min
         * @param out modified: receives n_i with Σ n_i = B · n_min + free
         * @param workspace modified: 2 B values
         */
        void round(double[] shares, int free, int minimum, int[] out, double[] workspace);
    }

    static void round(double[] shares, int free, int minimum, int[] out, double[] workspace) {
        int batch = shares.length;
        int left = free;
        for (int i = 0; i < batch; i++) {
            double quota = free * shares[i];
            int whole = (int) quota;
            out[i] = minimum + whole;
            left -= whole;
            workspace[i] = quota - whole;
            workspace[batch + i] = workspace[i];
        }
        if (left <= 0) {
            takeBackInPlace(out, left, minimum);
            return;
        }
        // Rounding errors of the shares can leave a sample more than there are examples; each gets one then.
        int each = left / batch;
        left -= each * batch;
        Arrays.sort(workspace, batch, 2 * batch);
        double threshold = left == 0 ? Double.POSITIVE_INFINITY : workspace[2 * batch - left];
        int above = 0;
        for (int i = 0; i < batch; i++) {
            above += workspace[i] > threshold ? 1 : 0;
        }
        int atThreshold = left - above;
        for (int i = 0; i < batch; i++) {
            if (workspace[i] > threshold) {
                out[i] += each + 1;
            } else if (workspace[i] == threshold && atThreshold > 0) {
                out[i] += each + 1;
                atThreshold--;
            } else {
                out[i] += each;
            }
        }
    }

    /** Shares whose sum exceeds 1 by rounding can give out a sample too many: the last example that can returns it. */
    private static void takeBackInPlace(int[] n, int left, int minimum) {
        int owed = -left;
        for (int i = n.length - 1; i >= 0 && owed > 0; i--) {
            int back = Math.min(owed, n[i] - minimum);
            n[i] -= back;
            owed -= back;
        }
    }
}
