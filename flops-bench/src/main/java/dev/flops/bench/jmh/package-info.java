/**
 * Benchmarks at the shapes of the small vision transformer, each on scalar and on vector kernels, with the machine's peak of
 * fused multiply-adds measured in the same run. Inputs come from a fixed key; results are returned, so that nothing is
 * optimised away.
 *
 * <p>Run: {@code java --add-modules=jdk.incubator.vector -cp flops-bench/target/flops-bench.jar org.openjdk.jmh.Main
 * dev.flops.bench.jmh}.
 */
@NullMarked
package dev.flops.bench.jmh;

import org.jspecify.annotations.NullMarked;
