package dev.flops.bench.task;

import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.MeasuredSpaceEstimator;
import dev.flops.alloc.estimate.SiteNoise;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Evaluation;
import dev.flops.alloc.train.Evaluator;
import dev.flops.alloc.train.StepReport;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters;
import dev.flops.api.QueryBudget;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A training, assembled from its configuration: {@link #prepare} checks everything that can be checked before the first
 * query, {@link #run} trains and evaluates. To be run once, by one thread. Its state can be saved while a listener is told of a
 * step, and restored into a task that has not run.
 */
public final class TrainingTask implements Stateful {
    private static final double LOSS_FORGETTING = 0.02;

    private final TaskConfig config;
    private final TaskData data;
    private final TaskParts parts;
    private final Parameters trained;
    private final GradientEstimator estimator;
    private final Trainer trainer;
    private final Evaluator evaluator;
    private final TaskDescription description;
    private final AllocationAverages averages = new AllocationAverages();
    private double smoothedLoss = Double.NaN;
    private double probeAccuracy = Double.NaN;
    private boolean interrupted;
    private long earlierNanoseconds;
    private long begun = System.nanoTime();

    private TrainingTask(TaskConfig config, TaskData data, TensorOps ops, Workers workers) {
        this.config = config;
        this.data = data;
        this.parts = TaskParts.of(config, data, ops, workers);
        Network network = parts.network();
        this.trained = parts.trained();
        this.estimator = parts.estimator();
        int minimum = config.budget().minimumSamples();
        AllocationConfig allocation = config.allocation();
        GradientEstimator refined = allocation
                .allocator()
                .estimator(parts.estimator(), minimum, data.train().size(), allocation.memoryWeight());
        QueryBudget budget = config.budget().resolve(refined.cost(), config.batch());
        OptimizerConfig optimizer = config.optimizer();
        this.trainer = new Trainer(
                new TrainingConfig(
                        config.steps(),
                        config.batch(),
                        budget,
                        minimum,
                        config.seed(),
                        config.budget().rule()),
                data.train().size(),
                refined,
                allocation.allocator().create(),
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                new CosineSchedule(
                        optimizer.learningRate(),
                        Math.min(optimizer.warmupSteps(), config.steps() / 10),
                        optimizer.finalFraction()),
                new VarianceMemory(data.train().size(), allocation.memoryWeight()));
        this.evaluator = new Evaluator(network, ops, workers);
        this.description = new TaskDescription(
                ops.kernelName(),
                trained.dimension(),
                trained.trainableDimension(),
                trainedSites(network),
                network.parametersWithoutSite(),
                counts(TaskData.classCounts(data.train())),
                data.probe().map(probe -> probe.size()).orElse(0),
                counts(TaskData.classCounts(data.test())),
                data.normalization(),
                budget.queries(),
                budget.samples(refined.cost(), config.batch(), minimum),
                refined.cost().queriesPerSample());
    }

    /**
     * Reads the data and assembles the task.
     *
     * @param config what to do
     * @param workers run independent work; they change no result
     * @return the task, ready to run
     * @throws UsageException if the parts do not fit together, such as a budget below the least possible
     * @throws IOException if a data file cannot be read
     * @throws dev.flops.models.data.InvalidDataException if the content of a data file is invalid
     */
    public static TrainingTask prepare(TaskConfig config, Workers workers) throws IOException {
        TensorOps ops = checked(() -> TensorOps.of(config.simd()));
        TaskData data = TaskData.load(config);
        if (config.batch() > data.train().size()) {
            throw new UsageException(
                    "batch = " + config.batch() + ", expected <= "
                            + data.train().size() + " training examples",
                    null);
        }
        TaskConfig fitted = config.data().set().isFormat()
                ? ModelClasses.fitted(config, data.train().classes())
                : config;
        return checked(() -> new TrainingTask(fitted, data, ops, workers));
    }

    /** Parts check their own arguments; all of those come from the configuration. */
    private static <T> T checked(Supplier<T> assembly) {
        try {
            return assembly.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private List<String> trainedSites(Network network) {
        return network.sites().stream()
                .filter(site -> site.contraction().parameters().stream()
                        .anyMatch(p -> trained.get(p.name()).trainable()))
                .map(site -> site.name())
                .toList();
    }

    private static List<Integer> counts(int[] counts) {
        return Arrays.stream(counts).boxed().toList();
    }

    /**
     * What was asked for, with a network that has as many logits as the data has classes.
     *
     * @return the configuration
     */
    public TaskConfig config() {
        return config;
    }

    /**
     * What was assembled.
     *
     * @return the description
     */
    public TaskDescription description() {
        return description;
    }

    /**
     * Trains, then evaluates on the test set; also when the listener stopped the training early.
     *
     * @param listener is told of every step
     * @return what came of it
     * @throws dev.flops.api.NumericalException if a loss or gradient is not finite; the parameters keep their last good
     *     values
     */
    public TaskResult run(TaskListener listener) {
        begun = System.nanoTime();
        trainer.run(report -> onStep(report, listener));
        Evaluation test = evaluate(data.test());
        return new TaskResult(
                config,
                description,
                trainer.stepsDone(),
                trainer.expectedSteps(),
                interrupted,
                test,
                TaskCosts.of(trainer.ledger()),
                nanoseconds() * 1e-9,
                ParametersDigest.sha256(trained),
                noise(),
                averages.mean());
    }

    /**
     * What the task is made of, for measurements of what it has learned.
     *
     * @return its parts
     */
    public TaskParts parts() {
        return parts;
    }

    /**
     * What runs the task, for the same.
     *
     * @return its trainer
     */
    public Trainer trainer() {
        return trainer;
    }

    private Map<String, SiteNoise> noise() {
        List<SiteNoise> noise = switch (estimator) {
            case LikelihoodRatioEstimator likelihoodRatio -> likelihoodRatio.noise();
            case MeasuredSpaceEstimator measured -> measured.noise();
            default -> List.of();
        };
        Map<String, SiteNoise> bySite = new LinkedHashMap<>();
        for (int j = 0; j < noise.size(); j++) {
            bySite.put(description.sites().get(j), noise.get(j));
        }
        return bySite;
    }

    private boolean onStep(StepReport report, TaskListener listener) {
        int done = report.step() + 1;
        averages.add(report.diagnostics());
        smoothedLoss = Double.isNaN(smoothedLoss)
                ? report.meanLoss()
                : smoothedLoss + LOSS_FORGETTING * (report.meanLoss() - smoothedLoss);
        if (done % config.report().probeEvery() == 0) {
            data.probe().ifPresent(probe -> probeAccuracy = evaluate(probe).accuracy());
        }
        double seconds = nanoseconds() * 1e-9;
        boolean goOn = listener.onStep(new TaskProgress(
                report,
                done,
                trainer.expectedSteps(),
                smoothedLoss,
                probeAccuracy,
                averages.recent(),
                config.allocation().allocator(),
                report.queries() / seconds,
                seconds,
                trainer.ledger()));
        interrupted = !goOn && done < trainer.expectedSteps();
        return goOn;
    }

    private Evaluation evaluate(LabelledExamples examples) {
        long started = System.nanoTime();
        Evaluation evaluation = evaluator.evaluate(examples);
        trainer.ledger().addNanoseconds(CostLedger.Phase.EVALUATION, System.nanoTime() - started);
        return evaluation;
    }

    /** Wall time of this run and of those that it resumes. */
    private long nanoseconds() {
        return earlierNanoseconds + System.nanoTime() - begun;
    }

    /**
     * Steps done.
     *
     * @return at least 0
     */
    public int stepsDone() {
        return trainer.stepsDone();
    }

    /**
     * Steps of the whole run; an expectation where a rule chooses what each step spends.
     *
     * @return at least {@link #stepsDone}, equal to it at the end
     */
    public int expectedSteps() {
        return trainer.expectedSteps();
    }

    /**
     * A fingerprint of all examples: training, probe and test.
     *
     * @return hexadecimal digits
     */
    public String dataDigest() {
        return data.digest();
    }

    @Override
    public void saveTo(StateArrays out) {
        trainer.saveTo(out.scope("training"));
        StateArrays own = out.scope("task");
        averages.saveTo(own.scope("averages"));
        own.putDoubles("smoothedLoss", smoothedLoss);
        own.putDoubles("probeAccuracy", probeAccuracy);
        own.putLongs("nanoseconds", nanoseconds());
    }

    @Override
    public void restoreFrom(StateArrays in) {
        trainer.restoreFrom(in.scope("training"));
        StateArrays own = in.scope("task");
        averages.restoreFrom(own.scope("averages"));
        smoothedLoss = own.doubleValue("smoothedLoss");
        probeAccuracy = own.doubleValue("probeAccuracy");
        earlierNanoseconds = own.count("nanoseconds", Long.MAX_VALUE);
    }
}
