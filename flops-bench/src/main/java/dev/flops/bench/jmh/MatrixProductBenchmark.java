package dev.flops.bench.jmh;

import dev.flops.bench.measure.MatrixShape;
import dev.flops.tensor.PackedMatrix;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import java.util.concurrent.TimeUnit;
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

/** X · Wᵀ + b with packed weights, at the layers of the small vision transformer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseTransparentHugePages"})
@State(Scope.Thread)
public class MatrixProductBenchmark {
    /** Which layer: the name of a shape in {@link MatrixShape#SMALL_VIT}. */
    @Param({"qkv", "proj", "fc1", "fc2"})
    public String layer = "qkv";

    private Tensor x = Tensor.zeros(1, 1);
    private Tensor w = Tensor.zeros(1, 1);
    private Tensor bias = Tensor.zeros(1);
    private Tensor out = Tensor.zeros(1, 1);
    private PackedMatrix packed = TensorOps.of(SimdWidth.SCALAR).matrix().newPacked(1, 1);

    /** Makes the benchmark; {@link #open} makes its inputs. */
    public MatrixProductBenchmark() {}

    /**
     * Makes the inputs.
     *
     * @param kernels the kernels under test
     */
    @Setup
    public void open(KernelState kernels) {
        MatrixShape shape = MatrixShape.SMALL_VIT.stream()
                .filter(candidate -> candidate.name().equals(layer))
                .findFirst()
                .orElseThrow();
        x = kernels.random(0, shape.rows(), shape.inner());
        w = kernels.random(1, shape.columns(), shape.inner());
        bias = kernels.random(2, shape.columns());
        out = Tensor.zeros(shape.rows(), shape.columns());
        packed = kernels.ops().matrix().newPacked(shape.inner(), shape.columns());
        kernels.ops().matrix().packTransposedInto(w, packed);
    }

    /**
     * The product.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] product(KernelState kernels) {
        kernels.ops().matrix().multiplyInto(x, packed, bias, out, kernels.workspace());
        return out.array();
    }

    /**
     * Packing the weights, once a step.
     *
     * @param kernels the kernels under test
     * @return the packed weights
     */
    @Benchmark
    public PackedMatrix pack(KernelState kernels) {
        kernels.ops().matrix().packTransposedInto(w, packed);
        return packed;
    }
}
