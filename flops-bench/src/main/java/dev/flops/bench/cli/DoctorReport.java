package dev.flops.bench.cli;

import dev.flops.bench.measure.Diagnosis;
import dev.flops.bench.measure.KernelMeasurement;
import dev.flops.bench.report.Provenance;

/**
 * What {@code ./flops doctor} finds. Sizes in bytes.
 *
 * @param provenance JDK, system, CPU, revision
 * @param vectorModule whether the JVM was started with the vector module
 * @param simd width of the vectors used, 512, 256 or 128, or the string "scalar"
 * @param reason why these kernels
 * @param threads processors that the JVM may use
 * @param heapMaxBytes most that the JVM's heap may grow to
 * @param machineBytes memory of the machine, or of the container that limits it
 * @param measured rates of one thread
 * @param diagnosis whether they are as they should be
 */
record DoctorReport(
        Provenance provenance,
        boolean vectorModule,
        Object simd,
        String reason,
        int threads,
        long heapMaxBytes,
        long machineBytes,
        KernelMeasurement measured,
        Diagnosis diagnosis) {}
