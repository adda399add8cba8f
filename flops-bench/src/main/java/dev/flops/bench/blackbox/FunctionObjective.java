package dev.flops.bench.blackbox;

import dev.flops.api.Objective;
import java.util.Arrays;

/**
 * Any Java function as a black box, asked one query after another on the calling thread.
 *
 * @param dimension length of a parameter vector d, at least 1
 * @param examples number of examples, at least 1
 * @param function the function
 */
public record FunctionObjective(int dimension, int examples, LossFunction function) implements Objective {

    /** A loss of a parameter vector and an example. */
    @FunctionalInterface
    public interface LossFunction {
        /**
         * Evaluates the loss.
         *
         * @param point a parameter vector of length d, the function's to keep
         * @param example index of an example
         * @return ℓ_example(point)
         */
        float loss(float[] point, int example);
    }

    /** Checks the ranges. */
    public FunctionObjective {
        QueryChecks.requireAtLeastOne("dimension", dimension);
        QueryChecks.requireAtLeastOne("examples", examples);
    }

    @Override
    public void evaluate(float[] points, int[] asked, float[] losses) {
        QueryChecks.requireQueries(this, points, asked, losses);
        for (int q = 0; q < losses.length; q++) {
            losses[q] = function.loss(Arrays.copyOfRange(points, q * dimension, (q + 1) * dimension), asked[q]);
        }
    }
}
