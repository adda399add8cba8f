package dev.flops.verify.problem;

/**
 * tr Cov of one sample for a linear loss with gradient g in d dimensions, as a multiple of ‖g‖²: what each family of
 * directions costs by its dimension alone.
 */
public final class LinearVariances {
    private LinearVariances() {}

    /**
     * Gaussian directions, with the clean loss as baseline or in pairs; a forward gradient (∇ℓ·ε) ε too.
     *
     * @param dimension d, at least 1
     * @return d + 1
     */
    public static double gaussian(int dimension) {
        return requirePositive("dimension", dimension) + 1.0;
    }

    /**
     * Rademacher directions, with the clean loss as baseline or in pairs.
     *
     * @param dimension d, at least 1
     * @return d − 1
     */
    public static double rademacher(int dimension) {
        return requirePositive("dimension", dimension) - 1.0;
    }

    /**
     * Directions uniform on the sphere of radius √d, with the clean loss as baseline or in pairs.
     *
     * @param dimension d, at least 1
     * @return d − 1
     */
    public static double sphere(int dimension) {
        return requirePositive("dimension", dimension) - 1.0;
    }

    /**
     * K orthonormal directions at random, (d/K) Σ (u_k·g) u_k; coordinates drawn without replacement too.
     *
     * @param dimension d, at least 1
     * @param directions K, in [1, d]
     * @return d/K − 1; 0 for a whole basis
     */
    public static double orthonormal(int dimension, int directions) {
        requirePositive("dimension", dimension);
        if (directions < 1 || directions > dimension) {
            throw new IllegalArgumentException("directions = " + directions + ", expected in [1, " + dimension + "]");
        }
        return (double) dimension / directions - 1;
    }

    /**
     * The mean of n one-sided samples with Gaussian directions, each with the mean of the example's other losses as
     * baseline.
     *
     * @param dimension d, at least 1
     * @param samples n, at least 2
     * @return (d + 1)/(n − 1), of the mean and not of one sample
     */
    public static double leaveOneOut(int dimension, int samples) {
        requirePositive("dimension", dimension);
        if (samples < 2) {
            throw new IllegalArgumentException("samples = " + samples + ", expected >= 2");
        }
        return (dimension + 1.0) / (samples - 1);
    }

    private static int requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
        return value;
    }
}
