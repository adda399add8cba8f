package dev.flops.bench.example;

import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.estimate.ActivationEstimator;
import dev.flops.alloc.estimate.ActivationEstimatorConfig;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Evaluation;
import dev.flops.alloc.train.Evaluator;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.LabelledExamples;
import dev.flops.api.QueryBudget;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;

/** The network of {@link MinimalExample}, learning by SPSA at its activations. */
final class ActivationsExample {
    private ActivationsExample() {}

    public static void main(String[] args) {
        System.out.printf("accuracy %.3f%n", train().accuracy());
    }

    static Evaluation train() {
        LabelledExamples data = new MinimalExample.Circle(512);
        NetworkBuilder builder = new NetworkBuilder(1);
        Linear hidden = new Linear(builder, "hidden", 2, 32, Initializer.fanIn(2));
        Linear head = new Linear(builder, "head", 32, 2, Initializer.fanIn(32));
        Network network = builder.build(
                "mlp", Shape.of(2), 2, (context, x) -> head.forward(context, context.relu(hidden.forward(context, x))));
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Workers workers = Workers.callingThread();

        // region estimator
        var pairsOfSigns = ParameterEstimatorConfig.central(new RademacherDirections(), 0.05f);
        var estimator = new ActivationEstimator(
                network,
                network.parameters(),
                data,
                ops,
                workers,
                new ActivationEstimatorConfig(
                        (site, suffix, activations) -> new ParameterEstimator(suffix, activations, ops, pairsOfSigns)));
        // endregion

        new Trainer(
                        new TrainingConfig(200, 32, new QueryBudget(1056), 1, 1),
                        data.size(),
                        estimator,
                        new NeymanAllocator(),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()),
                        new CosineSchedule(0.02, 0, 0),
                        new VarianceMemory(data.size(), 0.5))
                .run(step -> true);
        return new Evaluator(network, ops, workers).evaluate(data);
    }
}
