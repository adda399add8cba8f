package dev.flops.bench.rival;

/**
 * Fewer parameters of a loss: the points θ = origin + Σ_k (u_k − origin_{p_k}) e_{p_k} of chosen coordinates p, all others as in the
 * origin. A query of the family is one of the loss.
 */
public final class CoordinateFamily implements MeteredLoss {
    private final MeteredLoss inner;
    private final float[] origin;
    private final int[] positions;

    /**
     * A family.
     *
     * @param inner the loss of all parameters
     * @param origin a point of it, copied
     * @param positions the coordinates that move, each in [0, d), none twice, copied
     */
    public CoordinateFamily(MeteredLoss inner, float[] origin, int[] positions) {
        if (origin.length != inner.dimension()) {
            throw new IllegalArgumentException("origin.length = " + origin.length + ", expected " + inner.dimension());
        }
        boolean[] taken = new boolean[origin.length];
        for (int k = 0; k < positions.length; k++) {
            int at = positions[k];
            if (at < 0 || at >= origin.length || taken[at]) {
                throw new IllegalArgumentException("positions[" + k + "] = " + at + ", expected 0 <= position < "
                        + origin.length + ", none twice");
            }
            taken[at] = true;
        }
        this.inner = inner;
        this.origin = origin.clone();
        this.positions = positions.clone();
    }

    /**
     * The family's coordinates of the origin.
     *
     * @return u
     */
    public float[] start() {
        float[] u = new float[positions.length];
        for (int k = 0; k < u.length; k++) {
            u[k] = origin[positions[k]];
        }
        return u;
    }

    /**
     * Points of the loss.
     *
     * @param points of the family, row-major (rows, positions), not modified
     * @return row-major (rows, d)
     */
    public float[] expand(float[] points) {
        int rows = points.length / positions.length;
        float[] expanded = new float[rows * origin.length];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(origin, 0, expanded, row * origin.length, origin.length);
            for (int k = 0; k < positions.length; k++) {
                expanded[row * origin.length + positions[k]] = points[row * positions.length + k];
            }
        }
        return expanded;
    }

    @Override
    public int dimension() {
        return positions.length;
    }

    @Override
    public int examples() {
        return inner.examples();
    }

    @Override
    public long remaining() {
        return inner.remaining();
    }

    @Override
    public double[] means(float[] points, int[] examples) {
        return inner.means(expand(points), examples);
    }
}
