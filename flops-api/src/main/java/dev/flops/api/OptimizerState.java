package dev.flops.api;

/** What an optimizer accumulates: a step count and some vectors in the layout of the parameters. */
public final class OptimizerState implements Stateful {
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

    @Override
    public void saveTo(StateArrays out) {
        out.putLongs("step", step);
        for (int i = 0; i < slots.length; i++) {
            out.putFloats("slot." + i, slots[i]);
        }
    }

    @Override
    public void restoreFrom(StateArrays in) {
        step = (int) in.count("step", Integer.MAX_VALUE);
        for (int i = 0; i < slots.length; i++) {
            in.floatsInto("slot." + i, slots[i], 0, slots[i].length);
        }
    }

    /**
     * Takes on the content of another state.
     *
     * @param other a state with as many vectors of the same length, not modified
     */
    public void copyFrom(OptimizerState other) {
        if (other.slots.length != slots.length) {
            throw new IllegalArgumentException(
                    "other.slotCount() = " + other.slots.length + ", expected " + slots.length);
        }
        for (int i = 0; i < slots.length; i++) {
            if (other.slots[i].length != slots[i].length) {
                throw new IllegalArgumentException(
                        "other.slot(" + i + ").length = " + other.slots[i].length + ", expected " + slots[i].length);
            }
            System.arraycopy(other.slots[i], 0, slots[i], 0, slots[i].length);
        }
        step = other.step;
    }
}
