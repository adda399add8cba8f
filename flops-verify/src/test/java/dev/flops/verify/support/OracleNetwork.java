package dev.flops.verify.support;

/** A network in double precision, one example at a time. */
@FunctionalInterface
public interface OracleNetwork {
    /** Leaves every site as it is. */
    Probe NONE = (site, activation) -> {};

    /**
     * Computes logits.
     *
     * @param theta parameters in the layout of the network under test, not modified
     * @param x one example, not modified
     * @param probe is shown the output of every site, in order, and may change it
     */
    double[] logits(double[] theta, double[] x, Probe probe);

    /** Looks at sites, or changes them. */
    @FunctionalInterface
    interface Probe {
        void at(int site, double[] activation);
    }
}
