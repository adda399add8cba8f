package dev.flops.bench.cli;

import dev.flops.bench.task.TaskProgress;
import java.util.Locale;

/** The figures of a running training, in words. */
final class ProgressText {
    private ProgressText() {}

    static String figures(TaskProgress progress) {
        return String.format(
                Locale.ROOT,
                "loss %.3f  accuracy %s  %,.0f queries/s  CV %.2f  variance optimal/equal %.2f",
                progress.smoothedLoss(),
                percent(progress.probeAccuracy()),
                progress.queriesPerSecond(),
                progress.allocation().coefficientOfVariation(),
                progress.allocation().optimumToEqual());
    }

    /** The same in few characters: a bar and these fit a terminal of 90 columns. */
    static String shortFigures(TaskProgress progress) {
        return String.format(
                Locale.ROOT,
                "loss %.2f acc %s %.0fk/s CV %.2f opt/eq %.2f",
                progress.smoothedLoss(),
                percent(progress.probeAccuracy()),
                progress.queriesPerSecond() / 1000,
                progress.allocation().coefficientOfVariation(),
                progress.allocation().optimumToEqual());
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
