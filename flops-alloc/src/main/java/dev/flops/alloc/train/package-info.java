/**
 * The training loop: batches, steps, evaluation.
 *
 * <p>For developers: {@link dev.flops.alloc.train.Trainer} knows interfaces only; the one feedback edge of a step is the
 * remembered sample variance.
 */
package dev.flops.alloc.train;
