package dev.flops.models.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.Attachment;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Recording;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.spec.SimdWidth;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Compares every site of a network with its definition in double precision: that a contraction is J(h)ᵀ S, that the norm
 * of a direction is ‖J(h)‖² summed over all its elements, and that a replay behind a perturbed site computes what the
 * network computes from the perturbed values on. A site's output is linear in its parameters, so that differences with a
 * step of 1 are exact. No sampling, hence no false alarm.
 */
final class SiteCheck {
    private static final double TOLERANCE = 2e-5;

    private final TensorOps ops = TensorOps.of(SimdWidth.AUTO);
    private final Network network;
    private final RandomExamples data;
    private final SplittableRandom random;
    private final Tape tape = new Tape();
    private final Workspace workspace = new Workspace();
    private final Map<String, Activation> inputs = new HashMap<>();
    private final Map<String, Activation> outputs = new HashMap<>();
    private final double[] theta;
    private final double[] examples;

    private SiteCheck(Network network, RandomExamples data, SplittableRandom random) {
        this.network = network;
        this.data = data;
        this.random = random;
        this.theta = GradientCheck.theta(network);
        this.examples = GradientCheck.inputs(data);
        ForwardContext context = ForwardContext.listening(ops, new PackedParameters(ops, network), workspace, tape);
        Map<String, Attachment> spies = new HashMap<>();
        for (Site site : network.sites()) {
            spies.put(site.name(), (_, input, output) -> {
                inputs.put(site.name(), input);
                outputs.put(site.name(), output);
                return output;
            });
        }
        context.attach(spies);
        context.run(network, batch());
    }

    static void check(Network network, SplittableRandom random) {
        RandomExamples data = RandomExamples.of(2, network.inputShape(), network.outputs(), random);
        SiteCheck check = new SiteCheck(network, data, random);
        assertThat(network.sites()).isNotEmpty();
        for (int i = 0; i < network.sites().size(); i++) {
            Site site = network.sites().get(i);
            assertThat(site.index()).isEqualTo(i);
            check.contraction(site);
            check.replay(site);
        }
    }

    private Tensor batch() {
        int[] shape = IntStream.concat(
                        IntStream.of(data.size()),
                        IntStream.of(network.inputShape().toArray()))
                .toArray();
        Tensor input = Tensor.zeros(shape);
        for (int i = 0; i < data.size(); i++) {
            data.readInto(i, input.array(), i * network.inputShape().elements());
        }
        return input;
    }

    private Activation output(Site site) {
        return java.util.Objects.requireNonNull(outputs.get(site.name()), site.name());
    }

    private void contraction(Site site) {
        Tensor output = output(site).tensor();
        Tensor input = java.util.Objects.requireNonNull(inputs.get(site.name())).tensor();
        Tensor score = Tensor.zeros(output.shape().toArray());
        for (int i = 0; i < score.elements(); i++) {
            score.array()[i] = (float) random.nextGaussian();
        }
        float[] found = new float[theta.length];
        site.contraction().accumulate(ops, score, input, found, new Workspace());
        double[] expected = new double[theta.length];
        double[] norms = new double[data.size()];
        for (Parameter p : site.contraction().parameters()) {
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                double[] column = column(site, d);
                for (int e = 0; e < column.length; e++) {
                    expected[d] += column[e] * score.array()[e];
                    norms[e / (column.length / data.size())] += column[e] * column[e];
                }
            }
        }
        double largest = GradientCheck.largest(found, 0, found.length);
        for (int d = 0; d < expected.length; d++) {
            assertThat(Math.abs(found[d] - expected[d]))
                    .as("contraction of %s, element %d: %s, expected %s", site.name(), d, found[d], expected[d])
                    .isLessThanOrEqualTo(TOLERANCE * largest);
        }
        for (int row = 0; row < norms.length; row++) {
            double direction = site.contraction().directionNorm(ops, input, output, row);
            // Layer normalisation takes the mean of x̂² to be 1, which its epsilon makes a little less.
            assertThat(Math.abs(direction - norms[row]))
                    .as("norm of row %d at %s", row, site.name())
                    .isLessThanOrEqualTo(2e-3 * norms[row]);
        }
    }

    /** ∂a/∂θ_d over all elements of the output. */
    private double[] column(Site site, int d) {
        double kept = theta[d];
        theta[d] = kept + 0.5;
        double[] above = DoubleInterpreter.value(tape, theta, examples, output(site));
        theta[d] = kept - 0.5;
        double[] below = DoubleInterpreter.value(tape, theta, examples, output(site));
        theta[d] = kept;
        return IntStream.range(0, above.length)
                .mapToDouble(e -> above[e] - below[e])
                .toArray();
    }

    private void replay(Site site) {
        int[] exampleOfRow = {1, 0, 1};
        PackedParameters packed = new PackedParameters(ops, network);
        Recording recording = new Recording();
        Tensor input = batch();
        ForwardContext.recording(ops, packed, new Workspace(), recording).run(network, input);
        Tensor clean = recording.siteOutput(site);
        int length = clean.elements() / data.size();
        Tensor perturbed =
                Tensor.zeros(Shape.of(clean.shape().toArray()).withFirst(3).toArray());
        for (int i = 0; i < perturbed.elements(); i++) {
            int row = exampleOfRow[i / length] * length + i % length;
            perturbed.array()[i] = clean.array()[clean.offset() + row] + (float) random.nextDouble(-1, 1);
        }
        Tensor logits = ForwardContext.replaying(ops, packed, new Workspace())
                .replay(recording, exampleOfRow, 3, (_, at, _, _) -> at.index() == site.index() ? perturbed : null)
                .run(network, input)
                .tensor();
        int classes = network.outputs();
        assertThat(logits.shape()).isEqualTo(Shape.of(3, classes));
        double[] values = DoubleInterpreter.value(tape, theta, examples, output(site));
        for (int row = 0; row < 3; row++) {
            double[] changed = values.clone();
            for (int e = 0; e < length; e++) {
                changed[exampleOfRow[row] * length + e] = perturbed.array()[row * length + e];
            }
            double[] expected = DoubleInterpreter.logits(tape, theta, examples, output(site), changed);
            for (int c = 0; c < classes; c++) {
                double e = expected[exampleOfRow[row] * classes + c];
                assertThat(Math.abs(logits.array()[logits.offset() + row * classes + c] - e))
                        .as("logit behind %s, row %d, class %d", site.name(), row, c)
                        .isLessThanOrEqualTo(1e-4 * Math.max(1, Math.abs(e)));
            }
        }
    }
}
