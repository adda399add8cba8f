package dev.flops.models.data;

/** Thrown when an example of a batch cannot be read. The cause says why. */
public final class LoadingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The batch. */
    private final int step;

    /** The example. */
    private final int example;

    /** What reading threw. */
    private final RuntimeException failure;

    /**
     * Creates the exception.
     *
     * @param step number of the batch
     * @param example index of the example in its data set
     * @param failure what reading it threw
     */
    public LoadingException(int step, int example, RuntimeException failure) {
        super("example " + example + " of step " + step + ": " + failure.getMessage(), failure);
        this.step = step;
        this.example = example;
        this.failure = failure;
    }

    /**
     * The batch.
     *
     * @return its number
     */
    public int step() {
        return step;
    }

    /**
     * The example.
     *
     * @return its index in the data set
     */
    public int example() {
        return example;
    }

    /**
     * What reading threw.
     *
     * @return the cause
     */
    public RuntimeException failure() {
        return failure;
    }
}
