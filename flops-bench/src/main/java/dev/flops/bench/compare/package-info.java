/**
 * Comparisons of allocators and estimators at equal total budgets: arms, seeds, a search for each arm's settings, paired differences
 * with confidence intervals.
 *
 * <p>For developers: {@link dev.flops.bench.compare.Comparison} runs, {@link dev.flops.bench.compare.ComparisonResult} is
 * what {@code results.json} holds, {@link dev.flops.bench.compare.ComparisonReport} draws it.
 */
@NullMarked
package dev.flops.bench.compare;

import org.jspecify.annotations.NullMarked;
