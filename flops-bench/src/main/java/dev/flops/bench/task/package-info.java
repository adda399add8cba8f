/**
 * Assembles a training from an immutable {@link dev.flops.bench.task.TaskConfig}, runs it, evaluates it and returns a
 * record of what happened.
 *
 * <p>For developers: nothing here prints or writes a file; {@link dev.flops.bench.task.TaskListener} is told of every
 * step. Defaults live in {@link dev.flops.bench.task.TaskConfig#SCRATCH} alone.
 */
@NullMarked
package dev.flops.bench.task;

import org.jspecify.annotations.NullMarked;
