package dev.flops.bench.jmh;

import dev.flops.bench.measure.FmaPeak;
import dev.flops.bench.measure.KernelCase;
import dev.flops.bench.measure.KernelCatalogue;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.ListStatistics;

/**
 * Runs all kernels, each in several JVMs of its own, and the peak of fused multiply-adds in the same run; prints for each kernel
 * median and worst over the JVMs as shares of the peak. Takes JMH's options: {@code -f 3} for three JVMs, {@code -p
 * kernel=product-17x64x64 -p simd=auto,256} for one kernel on two widths.
 */
public final class KernelSuite {
    private KernelSuite() {}

    /**
     * Runs the suite.
     *
     * @param arguments options of JMH
     * @throws CommandLineOptionException if JMH knows an argument not
     * @throws RunnerException if a benchmark fails
     */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        String[] names = KernelCatalogue.all().stream().map(KernelCase::name).toArray(String[]::new);
        Options options = new OptionsBuilder()
                .parent(given)
                .param(
                        "kernel",
                        given.getParameter("kernel").hasValue()
                                ? given.getParameter("kernel").get().toArray(String[]::new)
                                : names)
                .include(FmaPeakBenchmark.class.getName())
                .include(KernelBenchmark.class.getName())
                .build();
        report(new Runner(options).run(), System.out);
    }

    /** Rates in G operations/s, medians over the JVMs; the worst is that of the slowest JVM. */
    static void report(Collection<RunResult> results, PrintStream out) {
        Map<String, Double> peaks = new HashMap<>();
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().startsWith(FmaPeakBenchmark.class.getName())) {
                String simd = result.getParams().getParam("simd");
                String kernels = TensorOps.of(SimdWidth.parse(simd)).kernelName();
                peaks.put(
                        simd,
                        FmaPeak.operations(kernels, 1) / nanoseconds(result).getPercentile(50));
            }
        }
        out.printf("%-28s %-7s %10s %8s %8s %5s%n", "kernel", "simd", "Gop/s", "median", "worst", "JVMs");
        peaks.forEach((simd, peak) -> out.printf("%-28s %-7s %10.1f %8s %8s%n", "FMA peak", simd, peak, "100 %", ""));
        for (RunResult result : results) {
            String name = result.getParams().getParam("kernel");
            if (name != null) {
                String simd = result.getParams().getParam("simd");
                double peak = peaks.getOrDefault(simd, Double.NaN);
                double operations = KernelCatalogue.named(name).operations();
                ListStatistics times = nanoseconds(result);
                double rate = operations / times.getPercentile(50);
                double worst = operations / times.getMax();
                out.printf(
                        "%-28s %-7s %10.1f %6.1f %% %6.1f %% %5d%n",
                        name, simd, rate, 100 * rate / peak, 100 * worst / peak, times.getN());
            }
        }
    }

    /** Mean time of each JVM. */
    private static ListStatistics nanoseconds(RunResult result) {
        return new ListStatistics(result.getBenchmarkResults().stream()
                .mapToDouble(fork -> fork.getPrimaryResult().getScore())
                .toArray());
    }
}
