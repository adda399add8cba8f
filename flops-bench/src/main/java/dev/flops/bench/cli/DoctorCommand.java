package dev.flops.bench.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.flops.bench.measure.Diagnosis;
import dev.flops.bench.measure.KernelMeasurement;
import dev.flops.bench.report.Json;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.report.Summary;
import dev.flops.bench.task.UsageException;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops doctor}: what this machine offers and what the kernels make of it, measured now. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Shows JDK, CPU and kernels, and measures for some twenty seconds what they reach now.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--simd",
            paramLabel = "WIDTH",
            description = "Vector width to look at: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private SimdWidth simd = SimdWidth.AUTO;

    @Option(names = "--json", description = "Print one JSON document on standard output and nothing else there.")
    private boolean json;

    /** Creates the command. */
    DoctorCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        TensorOps ops = operations();
        VectorModule.warnIfMissed(simd, spec.commandLine().getErr());
        DoctorReport report = examine(ops);
        if (json) {
            out.print(Json.document(report));
        } else {
            print(report, new LabelledLines(out));
        }
        out.flush();
        return FlopsCommand.DONE;
    }

    private TensorOps operations() {
        try {
            return TensorOps.of(simd);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private DoctorReport examine(TensorOps ops) {
        KernelMeasurement measured = KernelMeasurement.of(ops);
        return new DoctorReport(
                Provenance.ofThisProcess(),
                VectorModule.present(),
                Summary.simd(ops.kernelName()),
                reason(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
                measured,
                Diagnosis.of(measured));
    }

    private String reason() {
        if (simd != SimdWidth.AUTO) {
            return "--simd asked for them";
        }
        return VectorModule.present()
                ? "the widest that this JVM prefers on this CPU"
                : "the JVM was started without --add-modules jdk.incubator.vector";
    }

    private static void print(DoctorReport report, LabelledLines out) {
        KernelMeasurement measured = report.measured();
        out.line("JDK", "%s", report.provenance().jdk());
        out.line(
                "system",
                "%s, %s",
                report.provenance().os(),
                report.provenance().arch());
        String cpu = report.provenance().cpu();
        out.line("CPU", "%s, %d threads", cpu == null ? "unknown" : cpu, report.threads());
        out.line("memory", "%.1f GB, heap up to %.1f GB", report.machineBytes() * 1e-9, report.heapMaxBytes() * 1e-9);
        out.line("kernels", "%s: %s", TrainText.kernels(measured.kernels()), report.reason());
        out.line("FMA peak", "%.1f GFLOP/s a thread", measured.fmaPeakGigaflops());
        out.line(
                "products",
                "%.1f GFLOP/s a thread, %.0f %% of the peak (small ViT: %s)",
                measured.matrixGigaflops(),
                100 * measured.matrixShareOfPeak(),
                measured.products().stream()
                        .map(rate -> String.format(Locale.ROOT, "%s %.0f", rate.name(), rate.gigaflops()))
                        .collect(Collectors.joining(", ")));
        for (KernelMeasurement.KernelShare share : measured.shares()) {
            out.line(
                    share.healthy() ? "kernel" : "SLOW",
                    "%s: %.1f G operations/s a thread, %.0f %% of the peak (good code: at least %.0f %%), %.0f bytes allocated",
                    share.name(),
                    share.gigaflops(),
                    100 * share.shareOfPeak(),
                    100 * share.expectedShare(),
                    share.bytes());
        }
        out.line("noise", "%.0f million normals/s a thread", measured.normalsPerSecond() * 1e-6);
        out.line(
                report.diagnosis().healthy() ? "good" : "BAD",
                "%s",
                report.diagnosis().message());
    }
}
