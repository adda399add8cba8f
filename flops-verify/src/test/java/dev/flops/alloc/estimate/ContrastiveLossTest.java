package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.LabelledExamples;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.GaussHermite;
import dev.flops.verify.support.ReferenceNoise;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The contrastive loss couples the examples of a batch, and the estimate is still one of its gradient: shown by exact expectations
 * (enumeration, Gauss-Hermite quadrature) and number by number. No test here samples.
 */
class ContrastiveLossTest {
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final int DATA = 5;
    private static final double TEMPERATURE = 0.4;

    /** Losses are float: about 1e-6 of them, divided by σ = 0.3; quadrature and differences add less. */
    private static final double SMOOTHED_TOLERANCE = 1e-3;

    /** ℓ_i of one output of example i. */
    private interface RowLoss extends ToDoubleBiFunction<Integer, double[]> {}

    /** Outputs of a batch, all of about length 3, and targets of unit length. */
    private static final class Batch {
        final double[][] outputs;
        final Tensor outputTensor;
        final Tensor targets;
        final CoupledBatch oracle;
        final BatchLoss.Clean clean;
        final int length;

        Batch(int[] examples, int data, int length, double temperature, RandomKey key) {
            this.length = length;
            this.targets = unitRows(data, length, key.fold(1, 0), 1);
            this.outputTensor = unitRows(examples.length, length, key.fold(2, 0), 3);
            this.outputs = rows(outputTensor);
            double[][] own = new double[examples.length][];
            for (int i = 0; i < own.length; i++) {
                own[i] = rows(targets)[examples[i]];
            }
            this.oracle = new CoupledBatch(own, temperature);
            this.clean = new ContrastiveLoss(targets, temperature, OPS).at(examples, outputTensor);
        }

        double perturbed(int i, double[] output) {
            float[] loss = new float[1];
            clean.perturbedInto(tensor(output), new int[] {i}, loss, 0, new Workspace());
            return loss[0];
        }

        int size() {
            return outputs.length;
        }
    }

    private static Tensor unitRows(int rows, int length, RandomKey key, double scale) {
        Tensor tensor = Tensor.zeros(rows, length);
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            double[] values = new double[length];
            for (int f = 0; f < length; f++) {
                values[f] = key.uniform(row, f) - 0.5;
                squares += values[f] * values[f];
            }
            for (int f = 0; f < length; f++) {
                tensor.array()[row * length + f] = (float) (scale * values[f] / Math.sqrt(squares));
            }
        }
        return tensor;
    }

    private static double[][] rows(Tensor tensor) {
        int length = tensor.shape().extent(1);
        double[][] rows = new double[tensor.shape().extent(0)][length];
        for (int row = 0; row < rows.length; row++) {
            for (int f = 0; f < length; f++) {
                rows[row][f] = tensor.array()[tensor.offset() + row * length + f];
            }
        }
        return rows;
    }

    private static Tensor tensor(double[] row) {
        float[] values = new float[row.length];
        for (int f = 0; f < values.length; f++) {
            values[f] = (float) row[f];
        }
        return Tensor.of(values, 1, values.length);
    }

    private static double[] moved(double[] row, double[] direction, double scale) {
        double[] moved = row.clone();
        for (int f = 0; f < moved.length; f++) {
            moved[f] += scale * direction[f];
        }
        return moved;
    }

    @Property(tries = 200)
    void aPerturbedLossIsThatOfTheWholeBatch(
            @ForAll @IntRange(min = 1, max = 7) int batch,
            @ForAll @IntRange(min = 2, max = 9) int length,
            @ForAll @DoubleRange(min = 0.05, max = 2) double temperature,
            @ForAll long seed) {
        int[] examples = new int[batch];
        java.util.Arrays.setAll(examples, i -> (i * 3 + 1) % 8);
        RandomKey key = RandomKey.ofSeed(seed);
        Batch problem = new Batch(examples, 8, length, temperature, key);
        double[] parts = problem.oracle.parts(problem.outputs);
        double loss = problem.oracle.loss(problem.outputs);
        double tolerance = 1e-5 / temperature;
        for (int i = 0; i < batch; i++) {
            assertThat((double) problem.clean.losses()[i]).isCloseTo(parts[i], within(tolerance));
            double[] other = rows(unitRows(batch, length, key.fold(3, i), 2))[i];
            double expected = parts[i] + batch * (problem.oracle.lossWith(problem.outputs, i, other) - loss);
            assertThat(problem.perturbed(i, other)).isCloseTo(expected, within(tolerance));
        }
    }

    @Test
    void theErrorNormIsThatOfTheSoftmaxesAlongRowAndColumn() {
        Batch problem = new Batch(EXAMPLES, DATA, 3, 1, TestSeeds.key("the error norm of row and column"));
        for (int i = 0; i < 3; i++) {
            double squares = 0;
            for (int j = 0; j < 3; j++) {
                double error = 0.5 * share(problem, i, j, true) + 0.5 * share(problem, i, j, false) - (i == j ? 1 : 0);
                squares += error * error;
            }
            assertThat((double) problem.clean.errorNorms()[i]).isCloseTo(Math.sqrt(squares), within(1e-6));
        }
    }

    private static double share(Batch problem, int i, int j, boolean alongRow) {
        double sum = 0;
        for (int other = 0; other < problem.size(); other++) {
            sum += alongRow ? power(problem, i, other) : power(problem, other, j);
        }
        return power(problem, i, j) / sum;
    }

    private static double power(Batch problem, int i, int j) {
        double product = 0;
        for (int f = 0; f < problem.length; f++) {
            product += problem.outputs[i][f] * problem.oracle.targets()[j][f];
        }
        return Math.exp(product / 3);
    }

    /**
     * E[(ℓ_i(z_i + σε) − b) ε/σ] by quadrature of what the framework computes, against the derivative of the smoothed loss of the
     * batch, E[B L(…, z_i + σε, …)], from the oracle, at a σ far from 0.
     */
    @Test
    void theExpectationIsTheGradientOfTheSmoothedCoupledLoss() {
        Batch problem = new Batch(EXAMPLES, DATA, 2, TEMPERATURE, TestSeeds.key("smoothed coupled loss"));
        assertThat(deviationFromSmoothed(problem, problem::perturbed)).isLessThan(SMOOTHED_TOLERANCE);
    }

    @Test
    void theExpectationTellsWrongCouplings() {
        Batch problem = new Batch(EXAMPLES, DATA, 2, TEMPERATURE, TestSeeds.key("smoothed coupled loss"));
        int batch = problem.size();
        RowLoss onlyItsPart = (i, output) -> {
            double[][] changed = problem.outputs.clone();
            changed[i] = output;
            return problem.oracle.parts(changed)[i];
        };
        RowLoss meanOfBatch = (i, output) -> problem.perturbed(i, output) / batch;
        RowLoss wrongRow = (i, output) -> problem.perturbed((i + 1) % batch, output);
        for (RowLoss mutant : List.of(onlyItsPart, meanOfBatch, wrongRow)) {
            assertThat(deviationFromSmoothed(problem, mutant)).isGreaterThan(30 * SMOOTHED_TOLERANCE);
        }
    }

    private static double deviationFromSmoothed(Batch problem, RowLoss loss) {
        double sigma = 0.3;
        double step = 1e-4;
        int batch = problem.size();
        double deviation = 0;
        for (int i = 0; i < batch; i++) {
            int example = i;
            double[] centre = problem.outputs[i];
            double baseline = loss.applyAsDouble(i, centre);
            for (int f = 0; f < 2; f++) {
                int axis = f;
                double estimate = gaussianMean((x, y) -> {
                    double[] noise = {x, y};
                    double w = loss.applyAsDouble(example, moved(centre, noise, sigma)) - baseline;
                    return w * noise[axis] / sigma;
                });
                double[] unit = {1 - axis, axis};
                double derivative = gaussianMean((x, y) -> {
                    double[] noisy = moved(centre, new double[] {x, y}, sigma);
                    double plus = problem.oracle.lossWith(problem.outputs, example, moved(noisy, unit, step));
                    double minus = problem.oracle.lossWith(problem.outputs, example, moved(noisy, unit, -step));
                    return batch * (plus - minus) / (2 * step);
                });
                deviation = Math.max(deviation, Math.abs(estimate - derivative));
            }
        }
        return deviation;
    }

    /** E f(x, y) of independent standard normals. */
    private static double gaussianMean(ToDoubleBiFunction<Double, Double> f) {
        GaussHermite rule = new GaussHermite(40);
        return rule.expectation(x -> rule.expectation(y -> f.applyAsDouble(x, y)));
    }

    /** All sign vectors of three outputs, central differences: the rows' estimates together are the gradient of the coupled loss. */
    @Test
    void allSignsTogetherAreTheGradientOfTheBatchLoss() {
        Batch problem = new Batch(EXAMPLES, DATA, 3, TEMPERATURE, TestSeeds.key("all signs together"));
        double sigma = 0.02;
        double step = 1e-5;
        int batch = problem.size();
        for (int i = 0; i < batch; i++) {
            double[] mean = new double[3];
            for (int signs = 0; signs < 8; signs++) {
                double[] direction = {1 - 2 * (signs & 1), 1 - (signs & 2), 1 - (signs & 4) / 2};
                double plus = problem.perturbed(i, moved(problem.outputs[i], direction, sigma));
                double minus = problem.perturbed(i, moved(problem.outputs[i], direction, -sigma));
                mean = moved(mean, direction, (plus - minus) / (2 * sigma) / 8 / batch);
            }
            for (int f = 0; f < 3; f++) {
                double[] unit = new double[3];
                unit[f] = 1;
                double above = problem.oracle.lossWith(problem.outputs, i, moved(problem.outputs[i], unit, step));
                double below = problem.oracle.lossWith(problem.outputs, i, moved(problem.outputs[i], unit, -step));
                // O(σ²): third derivatives of B L are of the order (1/(3 τ))³ < 1; float losses add 1e-6/σ.
                assertThat(mean[f]).isCloseTo((above - below) / (2 * step), within(5e-4));
            }
        }
    }

    /** The whole estimator on a linear projector, every scheme, an allocation that is not equal, against its definition. */
    @ParameterizedTest
    @EnumSource(SamplingScheme.class)
    void theEstimateEqualsItsDefinition(SamplingScheme scheme) {
        double sigma = 0.1;
        int features = 4;
        int outputs = 3;
        RandomKey key = TestSeeds.key("the contrastive estimate equals its definition, " + scheme);
        NetworkBuilder builder = new NetworkBuilder(key.bits(0, 0));
        Linear linear = new Linear(builder, "projector", features, outputs, Initializer.fanIn(features));
        Network network = builder.build("projector", Shape.of(features), outputs, linear);
        Tensor inputs = unitRows(DATA, features, key.fold(4, 0), 2);
        Tensor targets = unitRows(DATA, outputs, key.fold(5, 0), 1);
        Allocation allocation = Allocation.of(1, 3, 2);
        CostLedger ledger = new CostLedger();
        float[] found = new LikelihoodRatioEstimator(
                        network,
                        network.parameters(),
                        examples(inputs),
                        new ContrastiveLoss(targets, TEMPERATURE, OPS),
                        OPS,
                        Workers.callingThread(),
                        new LikelihoodRatioConfig(SiteMode.LAYER_WISE, scheme, (float) sigma, 4))
                .begin(7, EXAMPLES, key, ledger)
                .estimate(allocation)
                .gradient();
        assertThat(ledger.queries()).isEqualTo(3 + 6L * scheme.queries());

        double[][] h = rows(inputs);
        float[] theta = network.parameters().values();
        int weight = network.parameters().get("projector.weight").offset();
        int bias = network.parameters().get("projector.bias").offset();
        double[][] z = new double[3][outputs];
        double[][] own = new double[3][];
        for (int i = 0; i < 3; i++) {
            own[i] = rows(targets)[EXAMPLES[i]];
            for (int o = 0; o < outputs; o++) {
                z[i][o] = theta[bias + o];
                for (int f = 0; f < features; f++) {
                    z[i][o] += theta[weight + o * features + f] * h[EXAMPLES[i]][f];
                }
            }
        }
        CoupledBatch oracle = new CoupledBatch(own, TEMPERATURE);
        double[] expected = new double[found.length];
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < allocation.samples(i); k++) {
                NoiseAddress address = new NoiseAddress(
                        key.forExample(7, EXAMPLES[i]),
                        network.sites().getFirst().index(),
                        k);
                double[] noise = new double[outputs];
                java.util.Arrays.setAll(noise, o -> ReferenceNoise.gaussian(address, o));
                double clean = oracle.parts(z)[i];
                double plus = clean + 3 * (oracle.lossWith(z, i, moved(z[i], noise, sigma)) - oracle.loss(z));
                double minus = clean + 3 * (oracle.lossWith(z, i, moved(z[i], noise, -sigma)) - oracle.loss(z));
                double w = switch (scheme) {
                    case ONE_POINT -> plus;
                    case CLEAN_BASELINE -> plus - clean;
                    case ANTITHETIC -> (plus - minus) / 2;
                };
                double scale = w / (sigma * allocation.samples(i) * 3);
                for (int o = 0; o < outputs; o++) {
                    expected[bias + o] += scale * noise[o];
                    for (int f = 0; f < features; f++) {
                        expected[weight + o * features + f] += scale * noise[o] * h[EXAMPLES[i]][f];
                    }
                }
            }
        }
        for (int d = 0; d < found.length; d++) {
            assertThat((double) found[d]).as("gradient[%d]", d).isCloseTo(expected[d], within(2e-4));
        }
    }

    private static LabelledExamples examples(Tensor inputs) {
        return new LabelledExamples() {
            @Override
            public int size() {
                return inputs.shape().extent(0);
            }

            @Override
            public int[] exampleShape() {
                return new int[] {inputs.shape().extent(1)};
            }

            @Override
            public int classes() {
                return size();
            }

            @Override
            public int label(int example) {
                throw new AssertionError("a contrastive loss needs no label");
            }

            @Override
            public void readInto(int example, float[] out, int offset) {
                int length = inputs.shape().extent(1);
                System.arraycopy(inputs.array(), example * length, out, offset, length);
            }
        };
    }

    @Test
    void argumentsAreChecked() {
        Tensor targets = Tensor.zeros(2, 3);
        assertThatThrownBy(() -> new ContrastiveLoss(targets, 0.001, OPS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("temperature = 0.001, expected a finite number >= 0.01");
        assertThatThrownBy(() -> new ContrastiveLoss(Tensor.zeros(2, 3, 4), 1, OPS))
                .hasMessageContaining("expected (examples, outputs)");
        assertThatThrownBy(() -> new ContrastiveLoss(targets, 1, OPS).at(new int[] {0}, Tensor.zeros(1, 4)))
                .hasMessageContaining("expected (examples, 3)");
    }
}
