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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

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

    private static final int FEW_ROUNDS = 100;
    private static final int CALLS = 50_000;

    /** Makes the benchmark. */
    public FmaPeakBenchmark() {}

    /**
     * Has the chains compiled as a method that is called, not as one loop that goes on: the peak is what shares are taken of.
     *
     * @param kernels the kernels whose width is used
     * @param sink takes the results
     */
    @Setup
    public void compile(KernelState kernels, Blackhole sink) {
        for (int call = 0; call < CALLS; call++) {
            sink.consume(FmaPeak.run(kernels.ops().kernelName(), FEW_ROUNDS));
        }
    }

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
