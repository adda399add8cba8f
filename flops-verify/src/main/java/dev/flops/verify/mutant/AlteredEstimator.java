package dev.flops.verify.mutant;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;

/**
 * An estimator that answers with another's estimates, asked or put together wrongly. It says of itself what the other says,
 * so that it is refused nowhere where the other is taken: a defect must be seen in the estimates.
 */
record AlteredEstimator(GradientEstimator right, String defect, Estimation estimation) implements GradientEstimator {

    /** Makes the wrong estimate out of right ones. */
    @FunctionalInterface
    interface Estimation {
        GradientEstimate estimate(Opening right, Allocation allocation);
    }

    /** Begins steps of the right estimator with arguments of the step that was asked for, or with others. */
    record Opening(GradientEstimator estimator, int step, int[] examples, RandomKey key, CostLedger ledger) {
        GradientEstimate estimate(int otherStep, Allocation allocation) {
            return estimator.begin(otherStep, examples, key, ledger).estimate(allocation);
        }

        /** The estimate of one example's gradient. */
        GradientEstimate single(int position, int samples) {
            return estimator
                    .begin(step, new int[] {examples[position]}, key, ledger)
                    .estimate(Allocation.of(samples));
        }
    }

    @Override
    public String name() {
        return right.name() + " with " + defect;
    }

    @Override
    public Parameters parameters() {
        return right.parameters();
    }

    @Override
    public SamplingCost cost() {
        return right.cost();
    }

    @Override
    public GradientTarget target() {
        return right.target();
    }

    @Override
    public SampleIndependence independence() {
        return right.independence();
    }

    @Override
    public Stateful state() {
        return right.state();
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        StepSignals signals = right.begin(step, examples, key, ledger).signals();
        Opening opening = new Opening(right, step, examples.clone(), key, ledger);
        return new Step() {
            @Override
            public StepSignals signals() {
                return signals;
            }

            @Override
            public GradientEstimate estimate(Allocation allocation) {
                return estimation.estimate(opening, allocation);
            }
        };
    }
}
