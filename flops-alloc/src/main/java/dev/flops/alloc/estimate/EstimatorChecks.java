package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.NumericalException;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.SampleIndependence;
import dev.flops.api.StepSignals;
import java.util.Arrays;

/** Checks that the estimators in parameter space share. */
final class EstimatorChecks {
    private EstimatorChecks() {}

    static void requireSigma(float sigma) {
        if (!(sigma > 0) || Float.isInfinite(sigma)) {
            throw new IllegalArgumentException("sigma = " + sigma + ", expected a finite number > 0");
        }
    }

    static void requireQueriesPerCall(int queriesPerCall) {
        if (queriesPerCall < 2) {
            throw new IllegalArgumentException("queriesPerCall = " + queriesPerCall + ", expected >= 2");
        }
    }

    static void requireFitting(Objective objective, Parameters parameters) {
        if (parameters.dimension() != objective.dimension()) {
            throw new IllegalArgumentException("parameters.dimension = " + parameters.dimension() + ", expected "
                    + objective.dimension() + " as the objective takes");
        }
        if (parameters.trainableDimension() != parameters.dimension()) {
            throw new IllegalArgumentException("parameters.trainableDimension = " + parameters.trainableDimension()
                    + ", expected all " + parameters.dimension());
        }
    }

    /** Equal examples in one step would have equal perturbations. */
    static void requireBatch(int[] examples, int count) {
        if (examples.length == 0) {
            throw new IllegalArgumentException("examples is empty, expected a batch of at least one");
        }
        for (int i = 0; i < examples.length; i++) {
            if (examples[i] < 0 || examples[i] >= count) {
                throw new IllegalArgumentException(
                        "examples[" + i + "] = " + examples[i] + ", expected 0 <= example < " + count);
            }
        }
        if (Arrays.stream(examples).distinct().count() != examples.length) {
            throw new IllegalArgumentException("examples = " + Arrays.toString(examples)
                    + ", expected distinct examples: the perturbations of equal ones would be the same");
        }
    }

    static void requireAllocation(
            Allocation allocation, StepSignals signals, int minimumSamples, SampleIndependence independence) {
        if (allocation.examples() != signals.batchSize()) {
            throw new IllegalArgumentException(
                    "allocation has " + allocation.examples() + " examples, expected " + signals.batchSize());
        }
        for (int i = 0; i < allocation.examples(); i++) {
            boolean left = allocation.samples(i) == 0 && allocation.weight(i) == 0;
            if (allocation.samples(i) < minimumSamples && !left) {
                throw new IllegalArgumentException(
                        "samplesPerExample[" + i + "] = " + allocation.samples(i) + ", expected >= " + minimumSamples);
            }
        }
        independence.requireAllowed(allocation);
    }

    static void requireFinite(float[] gradient, int step) {
        for (int p = 0; p < gradient.length; p++) {
            if (!Float.isFinite(gradient[p])) {
                throw new NumericalException("gradient[" + p + "] = " + gradient[p] + " in step " + step);
            }
        }
    }
}
