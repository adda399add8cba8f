package dev.flops.bench.jmh;

import dev.flops.bench.measure.KernelCatalogue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One kernel of the {@link KernelCatalogue}; {@link KernelSuite} runs it for all of them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseTransparentHugePages"})
@State(Scope.Thread)
public class KernelBenchmark {
    /** The case's name. */
    @Param({"product-197x768x768"})
    public String kernel = "product-197x768x768";

    private Supplier<float[]> work = () -> new float[0];

    /** Makes the benchmark; {@link #open} makes its inputs. */
    public KernelBenchmark() {}

    /**
     * Makes the inputs.
     *
     * @param kernels the kernels under test
     */
    @Setup
    public void open(KernelState kernels) {
        work = KernelCatalogue.named(kernel).work().open(kernels.ops());
    }

    /**
     * Runs the kernel once.
     *
     * @return the array that it has written
     */
    @Benchmark
    public float[] run() {
        return work.get();
    }
}
