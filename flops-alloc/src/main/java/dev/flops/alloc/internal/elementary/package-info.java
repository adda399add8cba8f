/**
 * Elementary functions for steps that allocate nothing: the same bits on every machine, as {@link StrictMath} has, without the arrays
 * that it makes in every call of its powers, sines and cosines.
 *
 * <p>For developers: not exported. Where {@code StrictMath} allocates nothing (square roots, exponentials, logarithms) it is used itself.
 */
package dev.flops.alloc.internal.elementary;
