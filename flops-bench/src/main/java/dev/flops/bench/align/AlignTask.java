package dev.flops.bench.align;

import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.ContrastiveLoss;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.StepReport;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.GradientEstimator;
import dev.flops.api.QueryBudget;
import dev.flops.bench.compare.AllocationWatch;
import dev.flops.bench.task.ParametersDigest;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.util.List;

/** Aligns two frozen encoders: a linear projector learns by forward evaluations with the contrastive loss. */
public final class AlignTask {
    private static final double FINAL_FRACTION = 0.05;
    private static final double MEMORY_WEIGHT = 0.5;
    private static final int SAMPLES_PER_CHUNK = 32;

    private final AlignData data;
    private final Workers workers;
    private final int points;

    /** Is told of every point of the curve. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A point.
         *
         * @param point the point
         * @return true to go on
         */
        boolean onPoint(AlignPoint point);
    }

    /**
     * Runs both encoders on all emoji.
     *
     * @param images the frozen encoder of pictures
     * @param texts the frozen encoder of texts
     * @param split which emoji are learned from and which are held out
     * @param ops tensor operations
     * @param workers run independent work; they change no result
     * @param points points of a curve, at least 1
     */
    public AlignTask(
            EmojiEncoder images, TextEncoder texts, EmojiSplit split, TensorOps ops, Workers workers, int points) {
        this(AlignData.encode(images, texts, split, ops, workers), workers, points);
    }

    /** A task on what encoders have said. */
    AlignTask(AlignData data, Workers workers, int points) {
        if (points < 1) {
            throw new IllegalArgumentException("points = " + points + ", expected >= 1");
        }
        this.data = data;
        this.workers = workers;
        this.points = points;
    }

    /**
     * Refuses a method that the data or the budget do not allow.
     *
     * @param method the method
     * @throws IllegalArgumentException if a setting is out of range, or the budget does not pay for a step
     */
    public void check(AlignMethod method) {
        switch (method) {
            case AlignConfig config -> {
                TensorOps ops = TensorOps.of(config.simd());
                trainer(config, new Projector(data, ops, workers, config.seed()), ops);
            }
            case AlignRival config -> new RivalAlignment(data, workers, config).check();
        }
    }

    /**
     * Trains a projector and judges it.
     *
     * @param method how
     * @param listener is told of every point
     * @return what came of it
     */
    public AlignResult run(AlignMethod method, Listener listener) {
        return switch (method) {
            case AlignConfig config -> run(config, listener);
            case AlignRival config -> new RivalAlignment(data, workers, config).run(points, listener);
        };
    }

    private AlignResult run(AlignConfig config, Listener listener) {
        TensorOps ops = TensorOps.of(config.simd());
        Projector projector = new Projector(data, ops, workers, config.seed());
        Training training = trainer(config, projector, ops);
        Trainer trainer = training.trainer();
        AlignCurve curve = new AlignCurve(projector, config.seed(), listener);
        StepReport[] last = new StepReport[1];
        double[] ratios = new double[1];
        if (curve.going()) {
            trainer.run(report -> {
                last[0] = report;
                ratios[0] += report.diagnostics().ratioToEqual();
                int done = report.step() + 1;
                boolean due = (long) done * points / config.steps() > (long) report.step() * points / config.steps();
                return curve.onStep(report.meanLoss(), trainer.ledger().queries(), due);
            });
        }
        return new AlignResult(
                config.seed(),
                trainer.stepsDone(),
                trainer.ledger().queries(),
                trainer.ledger().flops(),
                ratios[0] / Math.max(1, trainer.stepsDone()),
                projector.scores(data.google()),
                projector.scores(data.twitter()),
                ParametersDigest.sha256(projector.network().parameters()),
                curve.points(),
                projector.heldOut(data.google()),
                !curve.going(),
                curve.seconds(),
                last[0] == null ? null : training.watch().seen(last[0].variance()));
    }

    private record Training(Trainer trainer, AllocationWatch watch) {}

    private Training trainer(AlignConfig config, Projector projector, TensorOps ops) {
        List<Integer> train = data.split().train();
        Network network = projector.network();
        var single = new LikelihoodRatioEstimator(
                network,
                network.parameters(),
                new FeatureExamples(AlignData.rows(data.google(), train)),
                new ContrastiveLoss(AlignData.rows(data.targets(), train), config.temperature(), ops),
                ops,
                workers,
                new LikelihoodRatioConfig(SiteMode.LAYER_WISE, config.scheme(), config.sigma(), SAMPLES_PER_CHUNK));
        GradientEstimator estimator = config.allocator().estimator(single, 1, train.size(), MEMORY_WEIGHT);
        AllocationWatch watch = new AllocationWatch(estimator, train.size());
        Trainer trainer = new Trainer(
                new TrainingConfig(config.steps(), config.batch(), new QueryBudget(config.budget()), 1, config.seed()),
                train.size(),
                watch,
                config.allocator().create(),
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                new CosineSchedule(config.learningRate(), 0, FINAL_FRACTION),
                new VarianceMemory(train.size(), MEMORY_WEIGHT));
        return new Training(trainer, watch);
    }

    /**
     * Similarities of the held-out pictures and texts.
     *
     * @param result what {@link #run} returned
     * @return of each held-out picture and text
     */
    Similarities similarities(AlignResult result) {
        return Similarities.of(
                result.projected(), AlignData.rows(data.targets(), data.split().heldOut()));
    }

    /** The data. */
    AlignData data() {
        return data;
    }
}
