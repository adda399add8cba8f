/**
 * Optimisers that turn gradient estimates into parameter updates, and schedules of their learning rate.
 *
 * <p>Notes for developers. An optimiser is a final class around a configuration record; everything that changes lives in
 * {@link dev.flops.api.OptimizerState}, so that a checkpoint is the parameters, the state and the configuration. Vectors are
 * float32 and every element is updated on its own (no reduction, no fused multiply-add), so that a step is bit-identical
 * whatever the number of threads, the lane width or the kernel set. Scalars of a step (rates, bias corrections) are
 * computed once in double with {@link java.lang.StrictMath} and rounded to float. An entry that is not trainable is skipped
 * as a whole: neither its values nor its slots are read or written.
 */
package dev.flops.alloc.optimize;
