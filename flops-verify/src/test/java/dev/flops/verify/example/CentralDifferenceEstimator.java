package dev.flops.verify.example;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;

/** An estimator as a user would write his own: central differences along Gaussian directions. */
record CentralDifferenceEstimator(Objective objective, Parameters parameters, float sigma)
        implements GradientEstimator {
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);

    @Override
    public String name() {
        return "my-central-differences";
    }

    @Override
    public SamplingCost cost() {
        return new SamplingCost(0, 2, 1);
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        StepSignals signals = new StepSignals(step, examples.clone(), new float[0], new float[0]);
        return new Step() {
            @Override
            public StepSignals signals() {
                return signals;
            }

            @Override
            public GradientEstimate estimate(Allocation allocation) {
                float[] gradient = new float[parameters.dimension()];
                for (int i = 0; i < examples.length; i++) {
                    RandomKey own = key.forExample(step, examples[i]);
                    for (int k = 0; k < allocation.samples(i); k++) {
                        float share = 1f / (allocation.samples(i) * examples.length);
                        addSample(examples[i], new NoiseAddress(own, 0, k), share, gradient);
                    }
                }
                ledger.addQueries(CostLedger.Kind.PERTURBED, 2L * allocation.total());
                return new GradientEstimate(gradient, new double[examples.length], 0);
            }
        };
    }

    private void addSample(int example, NoiseAddress address, float share, float[] gradient) {
        int d = parameters.dimension();
        Tensor epsilon = Tensor.zeros(1, d);
        OPS.noise().addNoiseToRowInto(Distribution.GAUSSIAN, address, 1, epsilon, 0, epsilon, 0);
        float[] points = new float[2 * d];
        for (int p = 0; p < d; p++) {
            points[p] = parameters.values()[p] + sigma * epsilon.array()[p];
            points[d + p] = parameters.values()[p] - sigma * epsilon.array()[p];
        }
        float[] losses = new float[2];
        objective.evaluate(points, new int[] {example, example}, losses);
        for (int p = 0; p < d; p++) {
            gradient[p] += share * (losses[0] - losses[1]) / (2 * sigma) * epsilon.array()[p];
        }
    }
}
