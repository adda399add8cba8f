package dev.flops.bench.task;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** The JVM's own account of its heap. */
public final class HeapMemory {
    private HeapMemory() {}

    /**
     * The most bytes that the heap has held since the JVM started, garbage included: the sum of the peaks of its pools, an
     * upper bound of the peak of their sum.
     *
     * @return bytes
     */
    public static long peakBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
