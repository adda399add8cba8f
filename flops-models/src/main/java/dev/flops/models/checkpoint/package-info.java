/**
 * Checkpoints: the state of a run in one safetensors file that is there whole or not at all.
 *
 * <p>For developers: what a run must save is the business of {@link dev.flops.api.Stateful}; here it becomes bytes. All access to
 * the disk goes through {@link dev.flops.models.checkpoint.Storage}, so that a test can let every single operation fail.
 */
package dev.flops.models.checkpoint;
