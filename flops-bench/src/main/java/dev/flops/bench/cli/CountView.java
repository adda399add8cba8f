package dev.flops.bench.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how many parts of a task are done: a live bar on a terminal, else a plain line every few seconds. */
final class CountView implements AutoCloseable {
    private static final int UPDATE_MILLISECONDS = 250;
    private static final long NANOSECONDS_BETWEEN_LINES = 5_000_000_000L;

    private final PrintWriter err;
    private @Nullable ProgressBar bar;
    private long last = System.nanoTime();

    CountView(PrintWriter err) {
        this.err = err;
    }

    /** A part is done. */
    void onPart(String name, int done, int total) {
        if (Boolean.getBoolean("flops.terminal")) {
            ProgressBar shown = bar == null ? newBar(total) : bar;
            bar = shown;
            shown.stepTo(done);
            shown.setExtraMessage(" " + name);
        } else if (System.nanoTime() - last > NANOSECONDS_BETWEEN_LINES) {
            last = System.nanoTime();
            err.printf(Locale.ROOT, "%d of %d  %s%n", done, total, name);
            err.flush();
        }
    }

    private static ProgressBar newBar(int total) {
        return ProgressBar.builder()
                .setTaskName("")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
