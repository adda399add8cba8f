package dev.flops.bench.compare;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures of runs that differ in their seeds, and their differences to the runs of another method with the same seeds. */
public final class PairedSeeds {
    private PairedSeeds() {}

    /**
     * The mean with its interval.
     *
     * @param runs at least two
     * @param figure of a run, finite
     * @param confidence in (0, 1)
     * @param <R> type of a run
     * @return the interval
     */
    public static <R> Interval mean(List<R> runs, ToDoubleFunction<R> figure, double confidence) {
        return Interval.of(runs.stream().mapToDouble(figure).toArray(), confidence);
    }

    /**
     * The mean difference with its interval.
     *
     * @param runs at least two
     * @param reference as many, with the same seeds in the same order
     * @param figure of a run, finite
     * @param confidence in (0, 1)
     * @param <R> type of a run
     * @return the interval of the figures of {@code runs} less those of {@code reference}
     */
    public static <R> Interval difference(
            List<R> runs, List<R> reference, ToDoubleFunction<R> figure, double confidence) {
        if (runs.size() != reference.size()) {
            throw new IllegalArgumentException("reference has " + reference.size() + " runs, expected " + runs.size());
        }
        double[] differences = new double[runs.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = figure.applyAsDouble(runs.get(i)) - figure.applyAsDouble(reference.get(i));
        }
        return Interval.of(differences, confidence);
    }

    /**
     * The mean alone.
     *
     * @param runs at least one
     * @param figure of a run
     * @param <R> type of a run
     * @return the mean
     */
    public static <R> double average(List<R> runs, ToDoubleFunction<R> figure) {
        return runs.stream().mapToDouble(figure).sum() / runs.size();
    }
}
