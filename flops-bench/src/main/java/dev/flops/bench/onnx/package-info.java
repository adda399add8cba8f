/** Writes networks as ONNX graphs, for other runtimes to run. */
@NullMarked
package dev.flops.bench.onnx;

import org.jspecify.annotations.NullMarked;
