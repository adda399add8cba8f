package dev.flops.api;

/**
 * Something that changes from step to step and on which later steps depend: what a checkpoint must hold.
 *
 * <p>Law: an object that {@link #restoreFrom} gave what {@link #saveTo} of an equally configured object had put behaves from then
 * on as that object did, bit for bit.
 */
public interface Stateful {
    /** Nothing: for what depends on its arguments alone. */
    Stateful NONE = new Stateful() {
        @Override
        public void saveTo(StateArrays out) {
            // There is nothing to save.
        }

        @Override
        public void restoreFrom(StateArrays in) {
            // There is nothing to restore.
        }
    };

    /**
     * Puts everything that later steps depend on.
     *
     * @param out modified: receives copies, under the same names at every call
     */
    void saveTo(StateArrays out);

    /**
     * Takes on a state.
     *
     * @param in what {@link #saveTo} of an equally configured object put, not modified
     * @throws IllegalArgumentException if an array is missing, of another type or length, or out of range; this object is
     *     then of no further use
     */
    void restoreFrom(StateArrays in);
}
