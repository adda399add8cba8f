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
import dev.flops.bench.task.ParametersDigest;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.PackedParameters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aligns two frozen encoders: a linear projector learns by forward evaluations with the contrastive loss. */
public final class AlignTask {
    private static final double FINAL_FRACTION = 0.05;
    private static final double MEMORY_WEIGHT = 0.5;
    private static final int SAMPLES_PER_CHUNK = 32;
    private static final int FIRST = 1;
    private static final int FEW = 10;

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
     * Trains a projector and judges it.
     *
     * @param config how
     * @param listener is told of every point
     * @return what came of it
     */
    public AlignResult run(AlignConfig config, Listener listener) {
        return new Run(config, listener).result();
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

    private final class Run {
        private final AlignConfig config;
        private final Listener listener;
        private final long begun = System.nanoTime();
        private final TensorOps ops;
        private final Network projector;
        private final Trainer trainer;
        private final List<AlignPoint> curve = new ArrayList<>();
        private double lossSum;
        private int lossSteps;
        private double ratioSum;
        private boolean going;

        Run(AlignConfig config, Listener listener) {
            this.config = config;
            this.listener = listener;
            this.ops = TensorOps.of(config.simd());
            int features = data.google().shape().extent(1);
            int outputs = data.targets().shape().extent(1);
            NetworkBuilder builder = new NetworkBuilder(config.seed());
            Linear linear = new Linear(builder, "projector", features, outputs, Initializer.fanIn(features));
            this.projector = builder.build("projector", Shape.of(features), outputs, linear);
            List<Integer> train = data.split().train();
            var single = new LikelihoodRatioEstimator(
                    projector,
                    projector.parameters(),
                    new FeatureExamples(AlignData.rows(data.google(), train)),
                    new ContrastiveLoss(AlignData.rows(data.targets(), train), config.temperature(), ops),
                    ops,
                    workers,
                    new LikelihoodRatioConfig(SiteMode.LAYER_WISE, config.scheme(), config.sigma(), SAMPLES_PER_CHUNK));
            GradientEstimator estimator = config.allocator().estimator(single, 1, train.size(), MEMORY_WEIGHT);
            this.trainer = new Trainer(
                    new TrainingConfig(
                            config.steps(), config.batch(), new QueryBudget(config.budget()), 1, config.seed()),
                    train.size(),
                    estimator,
                    config.allocator().create(),
                    new AdamOptimizer(AdamOptimizer.Config.defaults()),
                    new CosineSchedule(config.learningRate(), 0, FINAL_FRACTION),
                    new VarianceMemory(train.size(), MEMORY_WEIGHT));
            this.going = point(null);
        }

        AlignResult result() {
            if (going) {
                trainer.run(this::onStep);
            }
            return new AlignResult(
                    config.seed(),
                    trainer.stepsDone(),
                    trainer.ledger().queries(),
                    trainer.ledger().flops(),
                    ratioSum / Math.max(1, trainer.stepsDone()),
                    scores(data.google()),
                    scores(data.twitter()),
                    ParametersDigest.sha256(projector.parameters()),
                    curve,
                    project(data.google()),
                    !going,
                    seconds());
        }

        private boolean onStep(StepReport report) {
            lossSum += report.meanLoss();
            lossSteps++;
            ratioSum += report.diagnostics().ratioToEqual();
            int done = report.step() + 1;
            if ((long) done * points / config.steps() > (long) report.step() * points / config.steps()) {
                going = point(lossSum / lossSteps);
                lossSum = 0;
                lossSteps = 0;
            }
            return going;
        }

        private boolean point(@Nullable Double meanLoss) {
            AlignPoint point = new AlignPoint(
                    config.seed(),
                    trainer.stepsDone(),
                    trainer.ledger().queries(),
                    meanLoss,
                    heldOut(data.google()).imageToText(FEW),
                    seconds());
            curve.add(point);
            return listener.onPoint(point);
        }

        private double seconds() {
            return 1e-9 * (System.nanoTime() - begun);
        }

        private Similarities heldOut(Tensor features) {
            return Similarities.of(
                    project(features),
                    AlignData.rows(data.targets(), data.split().heldOut()));
        }

        /** Outputs for the held-out pictures. */
        private Tensor project(Tensor features) {
            PackedParameters packed = new PackedParameters(ops, projector);
            packed.refresh(workers);
            Tensor rows = AlignData.rows(features, data.split().heldOut());
            Tensor projected = ForwardContext.inference(ops, packed, new Workspace())
                    .run(projector, rows)
                    .tensor();
            return Tensor.of(projected.toArray(), projected.shape().toArray());
        }

        private RetrievalScores scores(Tensor features) {
            Similarities texts = heldOut(features);
            Similarities categories = Similarities.of(project(features), data.categoryTargets());
            int right = 0;
            List<Integer> heldOut = data.split().heldOut();
            for (int i = 0; i < heldOut.size(); i++) {
                right += categories.nearestTexts(i).getFirst() == data.category(heldOut.get(i)) ? 1 : 0;
            }
            return new RetrievalScores(
                    texts.imageToText(FIRST),
                    texts.imageToText(FEW),
                    texts.textToImage(FIRST),
                    texts.textToImage(FEW),
                    (double) right / heldOut.size());
        }
    }
}
