package dev.flops.bench.example;

import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
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

/** A network of one's own learns by forward passes alone to tell the inside of a circle from the outside. */
final class MinimalExample {
    private MinimalExample() {}

    public static void main(String[] args) {
        System.out.printf("accuracy %.3f%n", train().accuracy());
    }

    static Evaluation train() {
        // region train
        LabelledExamples data = new Circle(512);

        // A network: layers announce their outputs as perturbation sites; nothing in them knows an estimator.
        NetworkBuilder builder = new NetworkBuilder(1);
        Linear hidden = new Linear(builder, "hidden", 2, 32, Initializer.fanIn(2));
        Linear head = new Linear(builder, "head", 32, 2, Initializer.fanIn(32));
        Network network = builder.build(
                "mlp", Shape.of(2), 2, (context, x) -> head.forward(context, context.relu(hidden.forward(context, x))));

        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Workers workers = Workers.callingThread();
        var estimator = new LikelihoodRatioEstimator(
                network, network.parameters(), data, ops, workers, LikelihoodRatioConfig.DEFAULT);

        // 200 steps of 32 examples; each step may spend 1,056 forward passes.
        var config = new TrainingConfig(200, 32, new QueryBudget(1056), 1, 1);
        new Trainer(
                        config,
                        data.size(),
                        estimator,
                        new GaussianAllocator(GaussianAllocatorConfig.defaults()),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()),
                        new CosineSchedule(0.02, 0, 0),
                        new VarianceMemory(data.size(), 0.5))
                .run(step -> true);
        return new Evaluator(network, ops, workers).evaluate(data);
        // endregion
    }

    /** Points of a square grid, labelled by whether they lie in a circle of half its area. */
    record Circle(int size) implements LabelledExamples {
        private static final int SIDE = 32;

        @Override
        public int[] exampleShape() {
            return new int[] {2};
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public int label(int example) {
            float x = coordinate(example % SIDE);
            float y = coordinate(2 * (example / SIDE));
            return x * x + y * y < 0.64f ? 1 : 0;
        }

        @Override
        public void readInto(int example, float[] out, int offset) {
            out[offset] = coordinate(example % SIDE);
            out[offset + 1] = coordinate(2 * (example / SIDE));
        }

        private static float coordinate(int index) {
            return (2f * index + 1) / SIDE - 1;
        }
    }
}
