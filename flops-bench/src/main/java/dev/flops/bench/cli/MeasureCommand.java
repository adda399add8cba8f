package dev.flops.bench.cli;

import dev.flops.bench.measure.CostMeasurement;
import dev.flops.bench.measure.NetworkMeasurement;
import dev.flops.bench.measure.PeerMeasurement;
import dev.flops.bench.measure.SeedReplayMeasurement;
import dev.flops.bench.measure.SuffixMeasurement;
import dev.flops.bench.report.Json;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./flops measure}: what forwards cost here, perturbed ones and those of whole networks. */
@Command(
        name = "measure",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = {
            "Measures forwards on one thread.",
            "Without options: FLOPs and time of a layer-wise sample at each site of the small vision transformer.",
            "With --networks: forwards of whole networks as shares of the peak of fused multiply-adds, and two at once.",
            "With --costs: a gradient of the digits task by every method at the same queries, and equal against allocated samples at"
                    + " several budgets: queries, operations, time, memory.",
            "With --peers: the same products in OpenBLAS and the same forwards in ONNX Runtime, by turns; products of the scalar",
            "kernels in EJML and ojAlgo.",
            "With --seed-replay: time and memory of seed replay (MeZO) on the parameters of a ViT-B/16."
        })
final class MeasureCommand implements Callable<Integer> {
    private static final int SAMPLES = 32;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--seed-replay", description = "Measure seed replay at ViT-B/16 size; takes a minute.")
    private boolean seedReplay;

    @Option(
            names = "--networks",
            description = "Measure forwards of whole networks, on one thread and two; takes two minutes.")
    private boolean networks;

    @Option(
            names = "--costs",
            description = "Measure what a gradient costs by every method and under every budget; takes two minutes.")
    private boolean costs;

    @Option(
            names = "--peers",
            description =
                    "Compare products with OpenBLAS and vision transformers with ONNX Runtime, by turns; takes three minutes.")
    private boolean peers;

    @Option(
            names = "--openblas",
            paramLabel = "LIBRARY",
            description = "OpenBLAS of --peers, a name or a file (default ${DEFAULT-VALUE}).")
    private String openBlas = "libopenblas.so.0";

    @Option(
            names = "--examples",
            paramLabel = "N",
            description = "Examples of a forward of --seed-replay (default ${DEFAULT-VALUE}).")
    private int examples = 4;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds of --seed-replay, of which medians are taken (default ${DEFAULT-VALUE}).")
    private int rounds = 7;

    @Option(
            names = "--simd",
            paramLabel = "WIDTH",
            description = "Vector width: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private SimdWidth simd = SimdWidth.AUTO;

    @Option(names = "--json", description = "Print one JSON document on standard output and nothing else there.")
    private boolean json;

    /** Creates the command. */
    MeasureCommand() {}

    @Override
    public Integer call() throws IOException {
        requireAtLeastOne("--examples", examples);
        requireAtLeastOne("--rounds", rounds);
        PrintWriter out = spec.commandLine().getOut();
        TensorOps ops = operations();
        VectorModule.warnIfMissed(simd, spec.commandLine().getErr());
        if (Stream.of(networks, peers, costs, seedReplay)
                        .filter(chosen -> chosen)
                        .count()
                > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--networks, --peers, --costs and --seed-replay, expected one of them");
        }
        if (networks) {
            measureNetworks(ops, out);
        } else if (peers) {
            measurePeers(ops, out);
        } else if (costs) {
            measureCosts(out);
        } else if (seedReplay) {
            var measured = SeedReplayMeasurement.of(ops, SeedReplayMeasurement.VIT_B, examples, rounds);
            if (json) {
                out.print(Json.document(measured));
            } else {
                print(measured, new LabelledLines(out));
            }
        } else {
            List<SuffixMeasurement> measured = SuffixMeasurement.of(ops, SuffixMeasurement.SMALL_VIT, SAMPLES);
            if (json) {
                out.print(Json.document(measured));
            } else {
                print(measured, out);
            }
        }
        out.flush();
        return FlopsCommand.DONE;
    }

    private void measureCosts(PrintWriter out) throws IOException {
        TaskConfig task = TaskChoice.DIGITS.config().but().simd(simd).threads(1).build();
        List<CostMeasurement> methods = CostMeasurement.methods(task);
        List<CostMeasurement> budgets = CostMeasurement.budgets(task);
        if (json) {
            out.print(Json.document(Map.of("methods", methods, "budgets", budgets)));
            return;
        }
        CostText.print(methods, out);
        out.println();
        CostText.print(budgets, out);
    }

    private void measureNetworks(TensorOps ops, PrintWriter out) {
        List<NetworkMeasurement> measured = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool(2)) {
            for (NetworkMeasurement.Case each : NetworkMeasurement.CASES) {
                measured.add(NetworkMeasurement.of(ops, pool.workers(), each));
            }
        }
        if (json) {
            out.print(Json.document(measured));
            return;
        }
        TextTable table = new TextTable("network", "examples", "ms", "GFLOP/s", "of peak", "two/one", "time");
        for (NetworkMeasurement row : measured) {
            table.row(
                    row.network(),
                    Integer.toString(row.examples()),
                    String.format(Locale.ROOT, "%.2f", row.seconds() * 1e3),
                    String.format(Locale.ROOT, "%.1f", row.flops() / row.seconds() * 1e-9),
                    String.format(Locale.ROOT, "%.1f %%", 100 * row.shareOfPeak()),
                    String.format(Locale.ROOT, "%.2f", row.twoOverOne()),
                    row.timeByOperation().entrySet().stream()
                            .map(e -> String.format(Locale.ROOT, "%s %.0f %%", e.getKey(), 100 * e.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        table.print(out);
    }

    private void measurePeers(TensorOps ops, PrintWriter out) {
        List<PeerMeasurement> measured;
        try {
            measured = new ArrayList<>(PeerMeasurement.openBlas(ops, openBlas));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        for (NetworkMeasurement.Case each : PeerMeasurement.NETWORKS) {
            measured.add(PeerMeasurement.onnxRuntime(ops, each));
        }
        measured.addAll(PeerMeasurement.plainJava());
        if (json) {
            out.print(Json.document(measured));
            return;
        }
        measured.stream()
                .collect(Collectors.groupingBy(PeerMeasurement::peer, LinkedHashMap::new, Collectors.toList()))
                .forEach((peer, rows) -> {
                    out.println(peer);
                    printPeers(rows, out);
                });
    }

    private static void printPeers(List<PeerMeasurement> rows, PrintWriter out) {
        TextTable table = new TextTable("work", "ms", "GFLOP/s", "peer's ms", "times as fast", "difference");
        for (PeerMeasurement row : rows) {
            table.row(
                    row.work(),
                    String.format(Locale.ROOT, "%.3f", row.ours() * 1e3),
                    String.format(Locale.ROOT, "%.1f", row.gigaflops()),
                    String.format(Locale.ROOT, "%.3f", row.theirs() * 1e3),
                    String.format(Locale.ROOT, "%.2f", row.speedUp()),
                    String.format(Locale.ROOT, "%.1e", row.difference()));
        }
        table.print(out);
    }

    private void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " = " + value + ", expected >= 1");
        }
    }

    private TensorOps operations() {
        try {
            return TensorOps.of(simd);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void print(SeedReplayMeasurement measured, LabelledLines out) {
        out.line("network", "vision transformer, %,d parameters, one thread", measured.parameters());
        out.line("clean", "%.0f ms a forward of %d examples", measured.cleanSeconds() * 1e3, measured.examples());
        out.line(
                "perturbed",
                "%.0f ms, %.3f times a clean forward",
                measured.perturbedSeconds() * 1e3,
                measured.perturbedToClean());
        out.line(
                "pair",
                "%.0f ms, %.3f times two clean forwards",
                measured.pairSeconds() * 1e3,
                measured.pairToTwoClean());
        out.line(
                "memory",
                "parameters %.1f MB, a clean forward %.1f MB",
                measured.parameterBytes() * 1e-6,
                measured.forwardBytes() * 1e-6);
        out.line(
                "a step",
                "%.1f MB at most, %.3f times parameters and forward",
                measured.peakBytes() * 1e-6,
                measured.peakToParametersAndForward());
    }

    private static void print(List<SuffixMeasurement> rows, PrintWriter out) {
        TextTable table = new TextTable("site", "kFLOP", "us", "GFLOP/s", "FLOP/whole", "time/whole");
        for (SuffixMeasurement row : rows) {
            table.row(
                    row.site(),
                    String.format(Locale.ROOT, "%.0f", row.flops() * 1e-3),
                    String.format(Locale.ROOT, "%.2f", row.seconds() * 1e6),
                    String.format(Locale.ROOT, "%.1f", row.flops() / row.seconds() * 1e-9),
                    String.format(Locale.ROOT, "%.3f", row.flopsOfWhole()),
                    String.format(Locale.ROOT, "%.3f", row.secondsOfWhole()));
        }
        table.print(out);
    }
}
