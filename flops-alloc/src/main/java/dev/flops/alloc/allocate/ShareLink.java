package dev.flops.alloc.allocate;

import java.util.Arrays;

/** Turns a score u_i per example into a share per example, Σ share_i = 1. */
final class ShareLink {
    private ShareLink() {}

    /** share_i = exp(u_i) / Σ exp(u_j), computed from u_i − max u. */
    static void softmaxInto(double[] scores, double[] shares) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            shares[i] = StrictMath.exp(scores[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < scores.length; i++) {
            shares[i] /= sum;
        }
    }

    /** share_i = u_i⁺ / Σ u_j⁺; equal shares when no u_i is positive. */
    static void positivePartInto(double[] scores, double[] shares) {
        double sum = 0;
        for (double score : scores) {
            sum += Math.max(score, 0);
        }
        if (sum == 0) {
            Arrays.fill(shares, 1.0 / shares.length);
            return;
        }
        for (int i = 0; i < scores.length; i++) {
            shares[i] = Math.max(scores[i], 0) / sum;
        }
    }
}
