/**
 * Elementary functions that allocate nothing, where {@link StrictMath} makes arrays in every call: its powers, sines and cosines. As with
 * it, the bits are the same on every machine; sines and cosines have its bits, powers have their own.
 *
 * <p>For developers: not exported. Where {@code StrictMath} allocates nothing (square roots, exponentials, logarithms) it is used itself.
 */
package dev.flops.alloc.internal.elementary;
