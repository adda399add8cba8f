package dev.flops.bench.jmh;

import dev.flops.api.Distribution;
import dev.flops.bench.measure.MatrixShape;
import dev.flops.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What surrounds the products of the small vision transformer: noise, GELU, LayerNorm, attention, on one chunk of samples. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 5,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseTransparentHugePages"})
@State(Scope.Thread)
public class LayerBenchmark {
    private static final int ROWS = MatrixShape.SAMPLES * MatrixShape.TOKENS;
    private static final float SIGMA = 0.05f;
    private static final float EPSILON = 1e-6f;

    private Tensor hidden = Tensor.zeros(1, 1);
    private Tensor hiddenOut = Tensor.zeros(1, 1);
    private Tensor x = Tensor.zeros(1, 1);
    private Tensor xOut = Tensor.zeros(1, 1);
    private Tensor gamma = Tensor.zeros(1);
    private Tensor beta = Tensor.zeros(1);
    private Tensor qkv = Tensor.zeros(1, 1, 3);
    private Tensor attended = Tensor.zeros(1, 1, 1);

    /** Makes the benchmark; {@link #open} makes its inputs. */
    public LayerBenchmark() {}

    /**
     * Makes the inputs.
     *
     * @param kernels the kernels under test
     */
    @Setup
    public void open(KernelState kernels) {
        hidden = kernels.random(0, ROWS, MatrixShape.HIDDEN);
        hiddenOut = Tensor.zeros(ROWS, MatrixShape.HIDDEN);
        x = kernels.random(1, ROWS, MatrixShape.FEATURES);
        xOut = Tensor.zeros(ROWS, MatrixShape.FEATURES);
        gamma = kernels.random(2, MatrixShape.FEATURES);
        beta = kernels.random(3, MatrixShape.FEATURES);
        qkv = kernels.random(4, MatrixShape.SAMPLES, MatrixShape.TOKENS, 3 * MatrixShape.FEATURES);
        attended = Tensor.zeros(MatrixShape.SAMPLES, MatrixShape.TOKENS, MatrixShape.FEATURES);
    }

    /**
     * Gaussian noise.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] noise(KernelState kernels) {
        kernels.ops().noise().noiseInto(Distribution.GAUSSIAN, KernelState.address(5), hiddenOut);
        return hiddenOut.array();
    }

    /**
     * Perturbed activations x + σ ε.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] addNoise(KernelState kernels) {
        kernels.ops().noise().addNoiseInto(Distribution.GAUSSIAN, KernelState.address(5), SIGMA, hidden, hiddenOut);
        return hiddenOut.array();
    }

    /**
     * GELU.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] gelu(KernelState kernels) {
        kernels.ops().elementwise().geluInto(hidden, hiddenOut);
        return hiddenOut.array();
    }

    /**
     * LayerNorm.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] layerNorm(KernelState kernels) {
        kernels.ops().row().layerNormInto(x, gamma, beta, EPSILON, xOut);
        return xOut.array();
    }

    /**
     * Self-attention without its projections.
     *
     * @param kernels the kernels under test
     * @return the result
     */
    @Benchmark
    public float[] attention(KernelState kernels) {
        kernels.ops().attention().attentionInto(qkv, MatrixShape.HEADS, attended, kernels.workspace());
        return attended.array();
    }
}
