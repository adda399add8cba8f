/**
 * What a run leaves behind: its folder with {@code metrics.jsonl} and {@code summary.json}, and where it ran.
 *
 * <p>For developers: the schemas are the records here, serialised field by field under their own names; they only grow.
 */
@NullMarked
package dev.flops.bench.report;

import org.jspecify.annotations.NullMarked;
