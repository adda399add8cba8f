package dev.flops.bench.compare;

import dev.flops.bench.closeup.CloseUpMeasurement;
import dev.flops.bench.report.Configuration;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.task.AllocationConfig;
import dev.flops.bench.task.BudgetConfig;
import dev.flops.bench.task.EstimatorConfig;
import dev.flops.bench.task.ReportConfig;
import dev.flops.bench.task.ScaleChoice;
import dev.flops.bench.task.SpaceChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskProgress;
import dev.flops.bench.task.TaskResult;
import dev.flops.bench.task.TrainingTask;
import dev.flops.bench.task.UsageException;
import dev.flops.tensor.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs a comparison: the search for each arm's learning rate and perturbation scale first, then every arm with every seed. */
public final class Comparison {
    private final ComparisonConfig config;
    private final Workers workers;
    private final RunListener listener;
    private final List<ArmCloseUp> closeUps = new ArrayList<>();
    private int done;

    /** Is told of every finished run. */
    @FunctionalInterface
    public interface RunListener {
        /**
         * A run has ended.
         *
         * @param run the run
         * @param done runs done
         * @param total runs in all
         */
        void onRun(ArmRun run, int done, int total);
    }

    /**
     * A comparison, to be run once.
     *
     * @param config what to compare
     * @param workers run independent work; they change no result
     * @param listener is told of every finished run
     */
    public Comparison(ComparisonConfig config, Workers workers, RunListener listener) {
        this.config = config;
        this.workers = workers;
        this.listener = listener;
    }

    /**
     * Runs everything.
     *
     * @return what came of it
     * @throws UsageException if the budget does not pay for one step of an arm; nothing has run then
     * @throws IOException if a data file cannot be read
     */
    public ComparisonResult run() throws IOException {
        List<ArmRun> search = new ArrayList<>();
        List<ArmRun> runs = new ArrayList<>();
        Map<String, Setting> settings = new TreeMap<>();
        for (Arm arm : config.arms()) {
            steps(arm);
        }
        for (Arm arm : config.arms()) {
            settings.put(arm.toString(), bestSetting(arm, search));
        }
        for (long seed : config.seeds()) {
            for (Arm arm : config.arms()) {
                runs.add(run(arm, seed, Objects.requireNonNull(settings.get(arm.toString()))));
            }
        }
        List<ArmResult> arms = new ComparisonStatistics(config, runs).arms(settings);
        long spent = search.stream().mapToLong(ArmRun::queries).sum();
        return new ComparisonResult(
                config.base().taskName(),
                config.queries(),
                spent,
                config.confidence(),
                arms,
                runs,
                search,
                closeUps,
                Configuration.of(config.base()),
                Provenance.ofThisProcess());
    }

    /** The setting of the best mean accuracy on held-out examples; the earlier one of two that are equally good. */
    private Setting bestSetting(Arm arm, List<ArmRun> search) throws IOException {
        Setting best = config.settings().getFirst();
        if (config.settings().size() == 1) {
            return best;
        }
        double bestAccuracy = Double.NEGATIVE_INFINITY;
        for (Setting setting : config.settings()) {
            double accuracy = 0;
            for (long seed : config.searchSeeds()) {
                ArmRun run = run(arm, seed, setting);
                search.add(run);
                accuracy += run.heldOutAccuracy() / config.searchSeeds().size();
            }
            if (accuracy > bestAccuracy) {
                bestAccuracy = accuracy;
                best = setting;
            }
        }
        return best;
    }

    private ArmRun run(Arm arm, long seed, Setting setting) throws IOException {
        int steps = steps(arm);
        TrainingTask task = TrainingTask.prepare(task(arm, seed, setting, steps), workers);
        List<CurvePoint> curve = new ArrayList<>();
        int every = every(steps);
        TaskResult result = task.run(progress -> {
            if (progress.stepsDone() % every == 0) {
                curve.add(point(progress));
            }
            return true;
        });
        ArmRun run = new ArmRun(
                arm.toString(),
                seed,
                setting.learningRate(),
                Double.parseDouble(Float.toString(setting.sigma())),
                result.stepsDone(),
                curve.getLast().accuracy(),
                result.test().accuracy(),
                result.test().loss(),
                result.costs().queries(),
                result.costs().flops(),
                result.seconds(),
                result.costs().bufferBytes(),
                result.parametersSha256(),
                curve);
        if (seed == config.seeds().getFirst()) {
            closeUps.add(new ArmCloseUp(arm.toString(), seed, new CloseUpMeasurement(task, workers).measure()));
        }
        listener.onRun(run, ++done, config.runs());
        return run;
    }

    /** Steps that the budget of a run pays for. */
    private int steps(Arm arm) throws IOException {
        TaskConfig one = task(arm, config.seeds().getFirst(), config.settings().getFirst(), 1);
        long perStep = TrainingTask.prepare(one, workers).description().budget();
        if (config.queries() < perStep) {
            throw new UsageException(
                    "queries = " + config.queries() + ", expected >= " + perStep + ", which one step of " + arm
                            + " spends",
                    null);
        }
        return Math.toIntExact(config.queries() / perStep);
    }

    private static CurvePoint point(TaskProgress progress) {
        return new CurvePoint(
                progress.report().queries(),
                progress.ledger().flops(),
                progress.seconds(),
                progress.probeAccuracy(),
                finite(progress.allocation().coefficientOfVariation()),
                finite(progress.allocation().ratioToEqual()),
                finite(progress.allocation().optimumToEqual()),
                progress.phi(),
                progress.report().allocation().total());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    private int every(int steps) {
        return Math.max(1, steps / config.points());
    }

    private TaskConfig task(Arm arm, long seed, Setting setting, int steps) {
        TaskConfig base = config.base();
        return base.but()
                .estimator(new EstimatorConfig(
                        arm.estimator(),
                        arm.scheme(),
                        setting.sigma(),
                        ScaleChoice.FIXED,
                        SpaceChoice.ACTIVATIONS,
                        base.estimator().samplesPerChunk()))
                .allocation(
                        new AllocationConfig(arm.allocator(), base.allocation().memoryWeight()))
                .budget(new BudgetConfig(
                        OptionalLong.empty(),
                        arm.samplesPerExample(),
                        base.budget().minimumSamples(),
                        arm.budget()))
                .learningRate(setting.learningRate())
                .steps(steps)
                .seed(seed)
                .report(new ReportConfig(base.report().metricsEvery(), every(steps)))
                .build();
    }
}
