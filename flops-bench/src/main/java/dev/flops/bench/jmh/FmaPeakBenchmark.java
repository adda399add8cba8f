package dev.flops.bench.jmh;

import dev.flops.bench.measure.FmaPeak;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Ten independent chains of fused multiply-adds: the peak that every other figure of the run is to be held against. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseTransparentHugePages"})
@State(Scope.Thread)
public class FmaPeakBenchmark {
    private static final int ROUNDS = 10_000;

    /** Makes the benchmark. */
    public FmaPeakBenchmark() {}

    /**
     * The chains; the time is that of one multiply-add of each of the ten.
     *
     * @param kernels the kernels whose width is used
     * @return a number that depends on all of them
     */
    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public float chains(KernelState kernels) {
        return FmaPeak.run(kernels.ops().kernelName(), ROUNDS);
    }
}
