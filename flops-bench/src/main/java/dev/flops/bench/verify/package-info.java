/** What {@code ./flops verify} knows by name. */
@NullMarked
package dev.flops.bench.verify;

import org.jspecify.annotations.NullMarked;
