package dev.flops.bench.cli;

import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.MeasuredSpaceEstimator;
import dev.flops.alloc.estimate.PerturbedSpace;
import dev.flops.api.CostLedger;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskData;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops sites}: the variance of one sample at each site of a task's network, in activations and in weights. */
@Command(
        name = "sites",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Measures at each perturbation site the variance of one sample of the gradient, with activations,"
                + " weights, and weights of rank 1 perturbed.")
final class SitesCommand implements Callable<Integer> {
    private static final int BATCH = 64;
    private static final List<PerturbedSpace> SPACES = List.of(
            new PerturbedSpace.Activations(), new PerturbedSpace.Weights(), new PerturbedSpace.LowRankWeights(1));

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Network and data: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private TaskChoice task = TaskChoice.SCRATCH;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Network: ${COMPLETION-CANDIDATES} (default: the task's).")
    private @Nullable ModelChoice model;

    @Option(names = "--sigma", paramLabel = "S", description = "Scale in activations (default ${DEFAULT-VALUE}).")
    private float sigma = 0.05f;

    @Option(
            names = "--samples",
            paramLabel = "M",
            description = "Samples per example, site and space (default ${DEFAULT-VALUE}).")
    private int samples = 64;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    /** Creates the command. */
    SitesCommand() {}

    @Override
    public Integer call() throws IOException {
        TaskConfig config = task.config();
        Network network = (model == null ? config.model() : model.config()).create(seed);
        Parameters trained = config.trained().select(network);
        LikelihoodRatioConfig plain = new LikelihoodRatioConfig(
                LikelihoodRatioConfig.DEFAULT.mode(),
                LikelihoodRatioConfig.DEFAULT.scheme(),
                sigma,
                LikelihoodRatioConfig.DEFAULT.samplesPerChunk());
        LikelihoodRatioEstimator inner = new LikelihoodRatioEstimator(
                network,
                trained,
                TaskData.load(config.data()).train(),
                TensorOps.of(config.simd()),
                Workers.callingThread(),
                plain);
        CostLedger ledger = new CostLedger();
        int[] batch = new int[BATCH];
        Arrays.setAll(batch, i -> i);
        RandomKey key = RandomKey.ofSeed(seed).forPurpose(RandomKey.Purpose.PERTURBATION);
        double[][] variances = new MeasuredSpaceEstimator(inner, SPACES, samples, 1).variances(0, batch, key, ledger);
        print(inner, variances, ledger);
        return FlopsCommand.DONE;
    }

    private void print(LikelihoodRatioEstimator inner, double[][] variances, CostLedger ledger) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("site", "activations", "weights", "rank 1", "weights/activations");
        double[] sums = new double[SPACES.size()];
        double best = 0;
        for (int j = 0; j < inner.sites().size(); j++) {
            double[] v = {variances[0][j], variances[1][j], variances[2][j]};
            for (int c = 0; c < v.length; c++) {
                sums[c] += v[c];
            }
            best += Math.min(v[0], v[1]);
            row(table, inner.sites().get(j).name(), v);
        }
        row(table, "all", sums);
        table.print(out);
        out.printf(
                Locale.ROOT,
                "activations or weights, the better at each site: %.4g, %.3f of activations everywhere%n",
                best,
                best / sums[0]);
        out.printf(Locale.ROOT, "%d queries%n", ledger.queries());
        out.flush();
    }

    private static void row(TextTable table, String name, double[] v) {
        table.row(
                name,
                String.format(Locale.ROOT, "%.4g", v[0]),
                String.format(Locale.ROOT, "%.4g", v[1]),
                String.format(Locale.ROOT, "%.4g", v[2]),
                String.format(Locale.ROOT, "%.3g", v[1] / v[0]));
    }
}
