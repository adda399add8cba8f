/**
 * Directions ε along which parameters are perturbed.
 *
 * <p>For developers: a {@link dev.flops.alloc.direction.Directions} is a configuration; the
 * {@link dev.flops.alloc.direction.DirectionSource} that it makes regenerates a direction from its address as often as it
 * is asked, so that no direction is stored. Whatever is random comes from {@link dev.flops.tensor.NoiseOps} or from a key;
 * what is added up is added in double precision in index order, so that directions are the same bits at every vector
 * width. Users may add directions of their own.
 */
package dev.flops.alloc.direction;
