package dev.flops.bench.measure;

import java.util.Arrays;

/** Times two ways to the same result by turns, so that whatever disturbs the machine meets both. */
final class Alternation {
    private static final double TURN_SECONDS = 0.1;
    private static final int ROUNDS = 7;

    private Alternation() {}

    /**
     * What was measured.
     *
     * @param ours seconds of a run of the first, median over the rounds
     * @param theirs seconds of a run of the second
     * @param speedUp median over the rounds of the second's time over the first's
     */
    record Times(double ours, double theirs, double speedUp) {}

    static Times of(Runnable ours, Runnable theirs) {
        int ourRuns = warmUp(ours);
        int theirRuns = warmUp(theirs);
        double[] first = new double[ROUNDS];
        double[] second = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            first[round] = seconds(ours, ourRuns);
            second[round] = seconds(theirs, theirRuns);
            ratios[round] = second[round] / first[round];
        }
        return new Times(median(first), median(second), median(ratios));
    }

    /** Runs until the compiler has done with it; gives the runs that fit into a turn. */
    private static int warmUp(Runnable work) {
        return Math.max(1, (int) (TURN_SECONDS / new Stopwatch().bestSeconds(work)));
    }

    private static double seconds(Runnable work, int runs) {
        long begun = System.nanoTime();
        for (int run = 0; run < runs; run++) {
            work.run();
        }
        return (System.nanoTime() - begun) * 1e-9 / runs;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
