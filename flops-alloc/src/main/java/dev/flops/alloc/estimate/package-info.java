/**
 * Gradient estimators that use forward passes only.
 */
package dev.flops.alloc.estimate;
