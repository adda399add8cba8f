/**
 * What forward learning is compared with where only a loss can be asked: methods that see the mean loss of a batch and nothing of its
 * examples. They count queries as forward learning does, one forward of one example each, and stop before a budget is exceeded.
 *
 * <p>For developers: a {@link dev.flops.bench.rival.MeteredLoss} is all that a {@link dev.flops.bench.rival.Rival} may ask; a task brings
 * its own. {@link dev.flops.bench.rival.SeparableLoss} is one for black boxes whose examples lose independently.
 */
@NullMarked
package dev.flops.bench.rival;

import org.jspecify.annotations.NullMarked;
