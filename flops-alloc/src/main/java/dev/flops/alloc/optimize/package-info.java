/**
 * Optimisers that turn gradient estimates into parameter updates.
 */
package dev.flops.alloc.optimize;
