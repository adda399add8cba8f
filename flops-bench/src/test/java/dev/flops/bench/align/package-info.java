/** Alignment: data, encoders, projector and scores. */
package dev.flops.bench.align;
