/**
 * Benchmarks of every kernel at the shapes of vision transformers, on scalar and on vector kernels, with the machine's peak of
 * fused multiply-adds measured in the same run. Inputs come from a fixed key; results are returned, so that nothing is
 * optimised away.
 *
 * <p>Run: {@code scripts/benchmark.sh}, with options of JMH.
 */
@NullMarked
package dev.flops.bench.jmh;

import org.jspecify.annotations.NullMarked;
