package dev.flops.bench.cli;

import dev.flops.bench.report.Json;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.report.VarianceSummary;
import dev.flops.bench.report.VerificationSummary;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import dev.flops.bench.verify.EstimatorCatalogue;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.mutant.ContractMutants;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.suite.VarianceComparison;
import dev.flops.verify.suite.VarianceRow;
import dev.flops.verify.suite.Verification;
import dev.flops.verify.suite.VerificationDesign;
import dev.flops.verify.suite.VerificationReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops verify}: holds estimators against problems with known gradients and variances. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Tests that estimators have the mean and the variance that they claim.",
        footerHeading = "%n",
        footer = "Exit codes: 0 all claims accepted (and all mutants rejected), 1 not so, 2 wrong usage.")
final class VerifyCommand implements Callable<Integer> {
    private static final double NANOSECONDS = 1e-9;
    private static final VerificationDesign DEFAULT = VerificationDesign.DEFAULT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--estimator",
            split = ",",
            paramLabel = "NAME",
            description = "Estimators to verify (default: all); a name that does not exist lists them.")
    private List<String> estimators = List.of();

    @Option(
            names = "--problem",
            split = ",",
            paramLabel = "NAME",
            description = "Problems to verify on (default: all); a name that does not exist lists them.")
    private List<String> problems = List.of();

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description = "Probability that the whole run rejects anything although all is right"
                    + " (default ${DEFAULT-VALUE}).")
    private double alpha = DEFAULT.alpha();

    @Option(names = "--mutants", description = "Show too that the tests reject estimators with one thing wrong.")
    private boolean mutants;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the samples (default ${DEFAULT-VALUE}).")
    private long seed = DEFAULT.seed();

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print one JSON document on standard output and nothing else there.")
    private boolean json;

    @Option(
            names = "--variance",
            description = "Measure instead: bias, variance, cosine and time of every estimator at equal queries.")
    private boolean variance;

    @Option(
            names = "--queries",
            paramLabel = "N",
            description = "With --variance: queries of one estimate (default ${DEFAULT-VALUE}).")
    private long queries = 84;

    @Option(
            names = "--estimates",
            paramLabel = "N",
            description = "With --variance: estimates per row (default ${DEFAULT-VALUE}).")
    private int estimates = 20_000;

    /** Creates the command. */
    VerifyCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<EstimatorClaim> claims = select(
                "estimator", estimators, EstimatorCatalogue.all(TensorOps.of(SimdWidth.AUTO)), EstimatorClaim::name);
        List<NamedProblem> chosen = select("problem", problems, EstimatorCatalogue.problems(), NamedProblem::name);
        VectorModule.warnIfMissed(SimdWidth.AUTO, err);
        try {
            return variance ? measure(claims, chosen, out) : verify(claims, chosen, out, err);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private int verify(List<EstimatorClaim> claims, List<NamedProblem> chosen, PrintWriter out, PrintWriter err) {
        long begun = System.nanoTime();
        VerificationReport report;
        try (WorkerPool pool = new WorkerPool(threads);
                CountView view = new CountView(err)) {
            VerificationDesign design = DEFAULT.withAlpha(alpha).withSeed(seed);
            report = new Verification(design, mutants ? ContractMutants.all() : List.of())
                    .verify(
                            claims,
                            chosen,
                            pool.workers(),
                            (cell, done, total) -> view.onPart(cell.estimator() + " " + cell.problem(), done, total));
        }
        double seconds = (System.nanoTime() - begun) * NANOSECONDS;
        if (json) {
            out.print(Json.document(VerificationSummary.of(report, seconds, Provenance.ofThisProcess())));
            out.flush();
        } else {
            VerifyText.print(report, seconds, out);
        }
        return report.passed() ? FlopsCommand.DONE : FlopsCommand.FAILED;
    }

    private int measure(List<EstimatorClaim> claims, List<NamedProblem> chosen, PrintWriter out) {
        long begun = System.nanoTime();
        VarianceComparison comparison = new VarianceComparison(queries, estimates, seed);
        List<VarianceRow> rows;
        try (WorkerPool pool = new WorkerPool(threads)) {
            rows = comparison.compare(claims, chosen, pool.workers());
        }
        double seconds = (System.nanoTime() - begun) * NANOSECONDS;
        if (json) {
            out.print(Json.document(VarianceSummary.of(comparison, rows, seconds, Provenance.ofThisProcess())));
            out.flush();
        } else {
            VerifyText.print(rows, out);
        }
        return FlopsCommand.DONE;
    }

    private static <T> List<T> select(String option, List<String> names, List<T> all, Function<T, String> nameOf) {
        for (String name : names) {
            if (all.stream().noneMatch(one -> nameOf.apply(one).equals(name))) {
                String valid = all.stream().map(nameOf).collect(Collectors.joining(", "));
                throw new UsageException(option + " = " + name + ", expected one of " + valid, null);
            }
        }
        return names.isEmpty()
                ? all
                : all.stream().filter(one -> names.contains(nameOf.apply(one))).toList();
    }
}
