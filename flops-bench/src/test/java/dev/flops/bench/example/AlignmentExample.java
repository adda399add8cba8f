package dev.flops.bench.example;

import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.ContrastiveLoss;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.LabelledExamples;
import dev.flops.api.QueryBudget;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;

/** Any two encoders, aligned. */
final class AlignmentExample {
    private AlignmentExample() {}

    // region align
    /** A projector from the features of one encoder to the vectors of another, row i to row i; those of unit length. */
    static Network align(LabelledExamples features, Tensor targets, int steps) {
        int in = features.exampleLength();
        int out = targets.shape().extent(1);
        NetworkBuilder builder = new NetworkBuilder(1);
        Linear linear = new Linear(builder, "projector", in, out, Initializer.fanIn(in));
        Network projector = builder.build("projector", Shape.of(in), out, linear);
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        var estimator = new LikelihoodRatioEstimator(
                projector,
                projector.parameters(),
                features,
                new ContrastiveLoss(targets, 0.2, ops),
                ops,
                Workers.callingThread(),
                LikelihoodRatioConfig.DEFAULT);
        int batch = Math.min(64, features.size());
        new Trainer(
                        new TrainingConfig(steps, batch, new QueryBudget(5 * batch), 1, 1),
                        features.size(),
                        estimator,
                        new NeymanAllocator(),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()),
                        new CosineSchedule(0.02, 0, 0.05),
                        new VarianceMemory(features.size(), 0.5))
                .run(report -> true);
        return projector;
    }
    // endregion
}
