package dev.flops.alloc.direction;

import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;

/**
 * How the directions of one sample are drawn. A sample consists of K directions, K = 1 unless they come in sets, and is
 *
 * <pre>
 *   g = c Σ_{k=1..K} w_k ε_k / σ
 * </pre>
 *
 * with w_k from losses at θ ± σ ε_k and a factor c such that c Σ E[ε_k ε_kᵀ] = I (or a projection on coordinates).
 *
 * <p>Unless overridden, a sample is one direction of squared length d with factor 1.
 */
public interface Directions {
    /**
     * Name for reports.
     *
     * @return a short name
     */
    String name();

    /**
     * Directions of one sample.
     *
     * @param dimension d
     * @return K, at least 1
     * @throws IllegalArgumentException if there are no such directions in d dimensions; the message says why
     */
    default int perSample(int dimension) {
        return 1;
    }

    /**
     * The factor of every direction of a sample.
     *
     * @param dimension d
     * @return c
     */
    default double factor(int dimension) {
        return 1;
    }

    /**
     * The squared length of a direction.
     *
     * @param dimension d
     * @return E‖ε‖²
     */
    default double squaredNorm(int dimension) {
        return dimension;
    }

    /**
     * What a sample is unbiased for.
     *
     * @return the target of any difference along these directions
     */
    GradientTarget target();

    /**
     * Whether directions are random.
     *
     * @return false if every sample has the same directions
     */
    default boolean random() {
        return true;
    }

    /**
     * Makes a generator.
     *
     * @param ops tensor operations
     * @param parameters whose shapes matter to some directions; not modified
     * @return a generator for one thread
     */
    DirectionSource source(TensorOps ops, Parameters parameters);
}
