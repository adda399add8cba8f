/**
 * What this machine and this JVM reach now: the peak of fused multiply-adds, the share of it that matrix products get, the
 * rate of noise.
 */
@NullMarked
package dev.flops.bench.measure;

import org.jspecify.annotations.NullMarked;
