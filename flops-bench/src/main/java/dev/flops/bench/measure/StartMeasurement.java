package dev.flops.bench.measure;

import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskResult;
import dev.flops.bench.task.TrainingTask;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How soon this JVM trains at speed: {@code scripts/start.sh} runs it in fresh JVMs, with and without {@link
 * TensorOps#warmUp}. The training stands on one thread; before it the program waits, as one does that loads data.
 */
public final class StartMeasurement {
    private static final double WINDOW = 0.25;
    private static final double SHARE = 0.9;

    private StartMeasurement() {}

    /**
     * Trains and prints one line: seconds from the start of the JVM until the first quarter of a second with 90 % of the step rate
     * of the run's second half, that rate, and the trained parameters' digest.
     *
     * @param arguments "scratch" or "digits", steps, examples a step, seconds to wait, "warm" or "cold"
     * @throws IOException if the embedded data cannot be read
     * @throws InterruptedException if the wait is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 5) {
            throw new IllegalArgumentException(
                    "arguments = " + Arrays.toString(arguments) + ", expected TASK STEPS BATCH SECONDS warm|cold");
        }
        TaskConfig base = arguments[0].equals("scratch") ? TaskConfig.SCRATCH : TaskConfig.adapting(DataChoice.DIGITS);
        TaskConfig config = base.but()
                .steps(Integer.parseInt(arguments[1]))
                .batch(Integer.parseInt(arguments[2]))
                .threads(1)
                .build();
        @Nullable CompletableFuture<?> warmUp = null;
        if (arguments[4].equals("warm")) {
            warmUp = TensorOps.of(config.simd())
                    .warmUp(work -> Thread.ofPlatform().daemon().start(work));
        }
        Thread.sleep(Math.round(1e3 * Double.parseDouble(arguments[3])));
        TrainingTask task = TrainingTask.prepare(config, Workers.callingThread());
        double[] ends = new double[config.steps()];
        TaskResult result = task.run(progress -> {
            ends[progress.stepsDone() - 1] = secondsOfThisJvm();
            return true;
        });
        if (warmUp != null) {
            warmUp.join();
        }
        double[] rates = rates(ends);
        double steady = median(Arrays.copyOfRange(rates, rates.length / 2, rates.length));
        int first = 0;
        while (rates[first] < SHARE * steady) {
            first++;
        }
        System.out.printf(
                Locale.ROOT,
                "%s %.2f s to 90 %% of %.1f steps/s, %s%n",
                arguments[4],
                ends[0] + (first + 1) * WINDOW,
                steady,
                result.parametersSha256());
    }

    /** Steps a second in the windows after the first step. */
    private static double[] rates(double[] ends) {
        int windows = (int) ((ends[ends.length - 1] - ends[0]) / WINDOW);
        if (windows < 8) {
            throw new IllegalArgumentException("steps = " + ends.length + ", expected more: they took " + windows
                    + " windows of " + WINDOW + " s");
        }
        double[] rates = new double[windows];
        for (double end : ends) {
            int window = (int) ((end - ends[0]) / WINDOW);
            if (window < windows) {
                rates[window] += 1 / WINDOW;
            }
        }
        return rates;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double secondsOfThisJvm() {
        return (System.currentTimeMillis()
                        - ManagementFactory.getRuntimeMXBean().getStartTime())
                * 1e-3;
    }
}
