package dev.flops.bench.cli;

import dev.flops.bench.task.TaskProgress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** A live bar on the terminal behind standard error. */
final class ProgressBarView implements ProgressView {
    private static final int UPDATE_MILLISECONDS = 250;

    private final ProgressBar bar;

    ProgressBarView(int steps) {
        bar = ProgressBar.builder()
                .setTaskName("")
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build();
    }

    @Override
    public void onStep(TaskProgress progress) {
        bar.maxHint(progress.steps());
        bar.stepTo(progress.stepsDone());
        bar.setExtraMessage(" " + ProgressText.shortFigures(progress));
    }

    @Override
    public void close() {
        bar.close();
    }
}
