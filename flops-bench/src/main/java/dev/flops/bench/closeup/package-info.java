/**
 * A close look at what a trained task's allocator has learned: the samples of each example of a batch beside its loss, and how estimates
 * of several budgets agree with the true gradient, which nothing that learns may see.
 */
@NullMarked
package dev.flops.bench.closeup;

import org.jspecify.annotations.NullMarked;
