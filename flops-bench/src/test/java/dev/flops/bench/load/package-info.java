/** Many trainings side by side, trainings that are cancelled, and a training that goes on for long. */
package dev.flops.bench.load;
