/** Rivals of forward learning, and what they ask. */
package dev.flops.bench.rival;
