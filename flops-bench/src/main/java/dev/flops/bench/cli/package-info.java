/**
 * The command line {@code ./flops}: one class for each command.
 */
@NullMarked
package dev.flops.bench.cli;

import org.jspecify.annotations.NullMarked;
