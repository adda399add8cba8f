package dev.flops.alloc.direction;

/**
 * Modified Gram–Schmidt, each vector twice, in double precision: twice is enough for orthogonality to rounding (Giraud,
 * Langou, Rozložník 2005). Of Gaussian vectors it makes a uniformly distributed orthonormal set.
 */
final class GramSchmidt {
    /** A vector that loses all but this part of its length depends on those before it. */
    private static final double DEPENDENT = 1e-12;

    private GramSchmidt() {}

    /**
     * Makes the rows orthonormal. A row that depends on those before it (for Gaussian rows an event of rounding alone) is
     * replaced by the first unit vector that does not.
     */
    static void orthonormaliseInPlace(double[][] rows) {
        for (int k = 0; k < rows.length; k++) {
            int unit = 0;
            while (!project(rows, k)) {
                java.util.Arrays.fill(rows[k], 0);
                rows[k][unit++] = 1;
            }
        }
    }

    private static boolean project(double[][] rows, int k) {
        double before = norm(rows[k]);
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j < k; j++) {
                double dot = 0;
                for (int p = 0; p < rows[k].length; p++) {
                    dot += rows[j][p] * rows[k][p];
                }
                for (int p = 0; p < rows[k].length; p++) {
                    rows[k][p] -= dot * rows[j][p];
                }
            }
        }
        double after = norm(rows[k]);
        if (!(after > DEPENDENT * before)) {
            return false;
        }
        for (int p = 0; p < rows[k].length; p++) {
            rows[k][p] /= after;
        }
        return true;
    }

    private static double norm(double[] row) {
        double square = 0;
        for (double value : row) {
            square += value * value;
        }
        return StrictMath.sqrt(square);
    }
}
