package dev.flops.api;

/** What an optimizer accumulates: a step count and some vectors in the layout of the parameters. */
public final class OptimizerState {
    private final float[][] slots;
    private int step;

    /**
     * A state of zeros.
     *
     * @param slots number of vectors
     * @param dimension length of each
     */
    public OptimizerState(int slots, int dimension) {
        this.slots = new float[slots][dimension];
    }

    /**
     * Steps done.
     *
     * @return at least 0
     */
    public int step() {
        return step;
    }

    /**
     * Counts one more step.
     *
     * @return the number of steps now done, the one beginning included
     */
    public int advance() {
        return ++step;
    }

    /**
     * One vector.
     *
     * @param index which
     * @return the storage itself
     */
    public float[] slot(int index) {
        return slots[index];
    }

    /**
     * Number of vectors.
     *
     * @return at least 0
     */
    public int slotCount() {
        return slots.length;
    }
}
