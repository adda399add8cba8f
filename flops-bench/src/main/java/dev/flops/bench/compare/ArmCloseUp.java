package dev.flops.bench.compare;

import dev.flops.bench.closeup.CloseUp;

/**
 * Estimates under what one arm had learned at the end of its first run.
 *
 * @param arm name of the arm
 * @param seed seed of the run
 * @param closeUp what was measured
 */
public record ArmCloseUp(String arm, long seed, CloseUp closeUp) {}
