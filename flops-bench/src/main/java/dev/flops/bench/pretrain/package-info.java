/**
 * Pre-training by backpropagation: makes the checkpoint that forward learning then adapts.
 *
 * <p>For developers: one of the packages of the program that may use the exact gradient; an architecture rule holds it.
 */
package dev.flops.bench.pretrain;
