@org.jspecify.annotations.NullMarked
package dev.flops.bench.onnx;
