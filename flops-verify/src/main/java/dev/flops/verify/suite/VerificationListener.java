package dev.flops.verify.suite;

/** Is told how a verification goes. */
@FunctionalInterface
public interface VerificationListener {
    /**
     * A cell is finished.
     *
     * @param cell what was found
     * @param done cells finished so far
     * @param total cells of the whole verification
     */
    void onCell(CellReport cell, int done, int total);
}
