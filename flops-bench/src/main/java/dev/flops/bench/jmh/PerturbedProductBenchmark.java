package dev.flops.bench.jmh;

import dev.flops.api.Distribution;
import dev.flops.tensor.PackedMatrix;
import dev.flops.tensor.Perturbation;
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

/** X · (W + σ ε)ᵀ against X · Wᵀ with its packing, at the layers of ViT-B/16, and the noise alone. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseTransparentHugePages"})
@State(Scope.Thread)
public class PerturbedProductBenchmark {
    private static final int ROWS = 197;
    private static final float SIGMA = 1e-3f;

    /** Features out and in. */
    @Param({"768x768", "3072x768", "768x3072"})
    public String shape = "768x768";

    private Tensor x = Tensor.zeros(1, 1);
    private Tensor w = Tensor.zeros(1, 1);
    private Tensor out = Tensor.zeros(1, 1);
    private Tensor twice = Tensor.zeros(1, 1);
    private Tensor outTwice = Tensor.zeros(1, 1);
    private Tensor noise = Tensor.zeros(1, 1);
    private PackedMatrix packed = TensorOps.of(SimdWidth.SCALAR).matrix().newPacked(1, 1);

    /** Makes the benchmark; {@link #open} makes its inputs. */
    public PerturbedProductBenchmark() {}

    /**
     * Makes the inputs.
     *
     * @param kernels the kernels under test
     */
    @Setup
    public void open(KernelState kernels) {
        int by = shape.indexOf('x');
        int columns = Integer.parseInt(shape.substring(0, by));
        int inner = Integer.parseInt(shape.substring(by + 1));
        x = kernels.random(0, ROWS, inner);
        w = kernels.random(1, columns, inner);
        out = Tensor.zeros(ROWS, columns);
        twice = kernels.random(2, 2 * ROWS, inner);
        outTwice = Tensor.zeros(2 * ROWS, columns);
        noise = Tensor.zeros(columns, inner);
        packed = kernels.ops().matrix().newPacked(inner, columns);
    }

    private static Perturbation perturbation(boolean pair) {
        return new Perturbation(Distribution.GAUSSIAN, KernelState.address(5), SIGMA, pair);
    }

    /**
     * The weights packed whole, then the product.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] packedAndMultiplied(KernelState kernels) {
        kernels.ops().matrix().packTransposedInto(w, packed);
        kernels.ops().matrix().multiplyInto(x, packed, null, out, kernels.workspace());
        return out.array();
    }

    /**
     * The product with the weights packed block by block.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] streamed(KernelState kernels) {
        kernels.ops().matrix().multiplyTransposedInto(x, w, null, out, kernels.workspace());
        return out.array();
    }

    /**
     * The same with noise.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] perturbed(KernelState kernels) {
        kernels.ops()
                .matrix()
                .multiplyTransposedPerturbedInto(x, w, perturbation(false), 0, null, out, kernels.workspace());
        return out.array();
    }

    /**
     * Both members of a pair, twice the rows.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] pair(KernelState kernels) {
        kernels.ops()
                .matrix()
                .multiplyTransposedPerturbedInto(twice, w, perturbation(true), 0, null, outTwice, kernels.workspace());
        return outTwice.array();
    }

    /**
     * As many Gaussian numbers as there are weights.
     *
     * @param kernels the kernels under test
     * @return the numbers
     */
    @Benchmark
    public float[] normals(KernelState kernels) {
        kernels.ops().noise().noiseInto(Distribution.GAUSSIAN, KernelState.address(5), noise);
        return noise.array();
    }
}
