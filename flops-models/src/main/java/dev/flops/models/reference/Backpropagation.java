package dev.flops.models.reference;

import dev.flops.api.LabelledExamples;
import dev.flops.api.NumericalException;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import java.util.Arrays;

/**
 * The exact gradient of the mean cross-entropy of some examples, by reverse-mode differentiation
 *
 * <pre>
 *   L = (1/B) Σ_i −log softmax(z_i)[y_i],     g = ∇_θ L
 * </pre>
 *
 * for any network of this framework, in float32. Where a maximum or a rectifier has a kink the gradient is that of the
 * first of equal maxima, and 0 for a rectifier at 0.
 *
 * <p>The result is the same, bit for bit, on every vector width and number of workers: the examples are cut into blocks of
 * {@value #BLOCK}, each with a gradient of its own, added in the order of the blocks. Memory: the activations of a block
 * and one gradient per worker. Belongs to one thread, which may pass workers in.
 *
 * <p>Reference: Rumelhart, Hinton, Williams, <em>Learning representations by back-propagating errors</em>, Nature 323, 1986.
 */
public final class Backpropagation {
    /** Examples whose gradients are summed in one pass. */
    public static final int BLOCK = 16;

    private final Network network;
    private final TensorOps ops;
    private final Workers workers;
    private final PackedParameters packed;
    private final Workspace[] workspaces;
    private final float[][] blockGradients;

    /**
     * A gradient of one network.
     *
     * @param network the network; its parameters are read at every call
     * @param ops tensor operations
     * @param workers run blocks of examples; they change no result
     */
    public Backpropagation(Network network, TensorOps ops, Workers workers) {
        this.network = network;
        this.ops = ops;
        this.workers = workers;
        this.packed = new PackedParameters(ops, network);
        this.workspaces = new Workspace[workers.count()];
        Arrays.setAll(workspaces, worker -> new Workspace());
        this.blockGradients = new float[workers.count()][network.parameters().dimension()];
    }

    /**
     * Loss and gradient at the present parameters.
     *
     * @param data holds the examples
     * @param examples indices of the B examples, at least one, not modified
     * @param gradient modified: receives ∇_θ L in the layout of the network's parameters
     * @return L, in nats
     * @throws NumericalException if the loss of an example is not finite; {@code gradient} is then undefined
     */
    public double gradientInto(LabelledExamples data, int[] examples, float[] gradient) {
        check(data, examples, gradient);
        packed.refresh(workers);
        float[] losses = new float[examples.length];
        int blocks = (examples.length + BLOCK - 1) / BLOCK;
        int wave = blockGradients.length;
        Arrays.fill(gradient, 0);
        for (int first = 0; first < blocks; first += wave) {
            int begin = first;
            int count = Math.min(wave, blocks - first);
            // Block begin + i writes gradient i, whichever worker runs it.
            workers.forEach(
                    count,
                    (worker, i) -> block(data, examples, begin + i, losses, blockGradients[i], workspaces[worker]));
            for (int i = 0; i < count; i++) {
                add(blockGradients[i], gradient);
            }
        }
        return mean(examples, losses);
    }

    /**
     * Memory held: packed parameters, the activations of a block and a gradient per worker.
     *
     * @return bytes
     */
    public long bytes() {
        long bytes = packed.bytes();
        for (int worker = 0; worker < workspaces.length; worker++) {
            bytes += workspaces[worker].bytes() + (long) Float.BYTES * blockGradients[worker].length;
        }
        return bytes;
    }

    private void check(LabelledExamples data, int[] examples, float[] gradient) {
        if (!Arrays.equals(data.exampleShape(), network.inputShape().toArray())) {
            throw new IllegalArgumentException("data.exampleShape = " + Arrays.toString(data.exampleShape())
                    + ", expected " + network.inputShape());
        }
        if (examples.length == 0) {
            throw new IllegalArgumentException("examples.length = 0, expected >= 1");
        }
        if (gradient.length != network.parameters().dimension()) {
            throw new IllegalArgumentException("gradient.length = " + gradient.length + ", expected "
                    + network.parameters().dimension());
        }
    }

    private void block(
            LabelledExamples data, int[] examples, int block, float[] losses, float[] gradient, Workspace workspace) {
        int from = block * BLOCK;
        int count = Math.min(BLOCK, examples.length - from);
        int[] labels = new int[count];
        Tensor input = read(data, examples, from, labels, workspace);
        Tape tape = new Tape();
        Activation logits =
                ForwardContext.listening(ops, packed, workspace, tape).run(network, input);
        ops.row().crossEntropyInto(logits.tensor(), labels, 0, losses, from);
        Tensor adjoint = lossGradient(logits.tensor(), labels, examples.length, workspace);
        Arrays.fill(gradient, 0);
        new BackwardPass(ops, network.parameters(), workspace, gradient).run(tape, logits, adjoint);
        workspace.release(0);
    }

    private Tensor read(LabelledExamples data, int[] examples, int from, int[] labels, Workspace workspace) {
        int length = network.inputShape().elements();
        Tensor input = workspace.take(network.inputShape().withLeading(labels.length));
        for (int i = 0; i < labels.length; i++) {
            data.readInto(examples[from + i], input.array(), input.offset() + i * length);
            labels[i] = data.label(examples[from + i]);
        }
        return input;
    }

    /** ∂L/∂z = (softmax(z) − onehot(y)) / B. */
    private Tensor lossGradient(Tensor logits, int[] labels, int batch, Workspace workspace) {
        Tensor result = workspace.take(logits.shape());
        ops.row().softmaxInto(logits, result);
        int classes = logits.shape().extent(1);
        for (int i = 0; i < labels.length; i++) {
            result.array()[result.offset() + i * classes + labels[i]] -= 1;
        }
        ops.elementwise().scaleInto(1f / batch, result, result);
        return result;
    }

    private void add(float[] from, float[] to) {
        Tensor sum = Tensor.of(to, to.length);
        ops.elementwise().addInto(sum, Tensor.of(from, from.length), sum);
    }

    private static double mean(int[] examples, float[] losses) {
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            if (!Float.isFinite(losses[i])) {
                throw new NumericalException("loss of example " + examples[i] + " = " + losses[i]);
            }
            sum += losses[i];
        }
        return sum / losses.length;
    }
}
