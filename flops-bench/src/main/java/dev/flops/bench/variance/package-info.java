/**
 * The variance of gradient estimates on a real network, at fixed shares of its training, against the true gradient.
 *
 * <p>For developers: {@link dev.flops.bench.variance.VarianceExperiment} runs,
 * {@link dev.flops.bench.variance.VarianceResult} is what {@code results.json} holds,
 * {@link dev.flops.bench.variance.VarianceReport} draws it. This package may use the reverse-mode reference: it measures, and
 * trains nothing by it.
 */
@NullMarked
package dev.flops.bench.variance;

import org.jspecify.annotations.NullMarked;
