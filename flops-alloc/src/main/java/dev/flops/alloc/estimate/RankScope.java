package dev.flops.alloc.estimate;

/** Among which losses of a step a loss is ranked. */
public enum RankScope {
    /** The perturbed losses of the same example. */
    EXAMPLE,
    /** The perturbed losses of the whole batch: hard examples rank high whatever their direction. */
    BATCH
}
