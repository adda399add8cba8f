package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * Performs the operations of one forward.
 *
 * <p>Layers are written once, against this class; how they run depends on how the context was made:
 *
 * <ul>
 *   <li>{@link #inference}: operations are computed and nothing is kept;
 *   <li>{@link #recording}: the output of every operation is kept in a {@link Recording};
 *   <li>{@link #replaying}: an operation whose inputs are all clean is not computed again but read from the recording;
 *       at each site a {@link SiteHook} may put a perturbed tensor with one row per sample in place of the clean
 *       output, and everything downstream of it is computed per sample.
 * </ul>
 *
 * <p>A replay therefore runs only the suffix behind a perturbed site, for any graph of layers, and with all samples as
 * rows of the same matrix products. Where a clean activation meets a perturbed one (a residual connection), its row of
 * the sample's example is used.
 *
 * <p>A context serves one forward on one thread. Its tensors live in the workspace.
 */
public final class ForwardContext {
    private final TensorOps ops;
    private final PackedParameters parameters;
    private final Workspace workspace;
    private final @Nullable Recording recording;
    private final @Nullable SiteHook hook;
    private final int[] exampleOfRow;
    private final int rows;
    private int operation;
    private long flops;

    private ForwardContext(
            TensorOps ops,
            PackedParameters parameters,
            Workspace workspace,
            @Nullable Recording recording,
            @Nullable SiteHook hook,
            int[] exampleOfRow,
            int rows) {
        this.ops = ops;
        this.parameters = parameters;
        this.workspace = workspace;
        this.recording = recording;
        this.hook = hook;
        this.exampleOfRow = exampleOfRow;
        this.rows = rows;
    }

    /**
     * A context that only computes.
     *
     * @param ops tensor operations
     * @param parameters packed parameters of the network
     * @param workspace memory of the activations
     * @return the context
     */
    public static ForwardContext inference(TensorOps ops, PackedParameters parameters, Workspace workspace) {
        return new ForwardContext(ops, parameters, workspace, null, null, new int[0], 0);
    }

    /**
     * A context that keeps all clean values.
     *
     * @param ops tensor operations
     * @param parameters packed parameters of the network
     * @param workspace memory of the activations; keep it until the last replay
     * @param recording modified: cleared, then filled by the forward
     * @return the context
     */
    public static ForwardContext recording(
            TensorOps ops, PackedParameters parameters, Workspace workspace, Recording recording) {
        recording.clear();
        return new ForwardContext(ops, parameters, workspace, recording, null, new int[0], 0);
    }

    /**
     * A context that repeats a recorded forward under perturbations.
     *
     * @param ops tensor operations
     * @param parameters packed parameters of the network, as they were when recording
     * @param workspace memory of the perturbed activations
     * @param recording a finished recording of the examples, not modified
     * @param exampleOfRow exampleOfRow[r] is the recorded example (its row) of sample row r, not modified
     * @param rows number of sample rows
     * @param hook perturbs
     * @return the context
     */
    public static ForwardContext replaying(
            TensorOps ops,
            PackedParameters parameters,
            Workspace workspace,
            Recording recording,
            int[] exampleOfRow,
            int rows,
            SiteHook hook) {
        return new ForwardContext(ops, parameters, workspace, recording, hook, exampleOfRow, rows);
    }

    /**
     * Runs a network.
     *
     * @param network the network whose parameters are packed here
     * @param input clean examples (examples, inputShape...), when replaying the recorded ones
     * @return logits, (rows, outputs)
     */
    public Activation run(Network network, Tensor input) {
        return network.layer().forward(this, new Activation(input, false));
    }

    /**
     * Floating-point operations computed so far, by formula: 2 m n k for a product and its attention counterparts; 8
     * per element of a normalisation, 5 per softmax element, 1 per element of other elementwise maps and poolings' taps.
     *
     * @return their number
     */
    public long flops() {
        return flops;
    }

    // ---- sites ---------------------------------------------------------------------------------------------------

    /**
     * Announces a layer's output as a perturbation site. Inert unless an estimator listens.
     *
     * @param site the site
     * @param input the layer's input
     * @param output the layer's output
     * @return the output that the network must go on with
     */
    public Activation announce(Site site, Activation input, Activation output) {
        if (hook != null) {
            Tensor perturbed = hook.at(this, site, input, output);
            return perturbed == null ? output : new Activation(perturbed, true);
        }
        if (recording != null) {
            recording.addSite(site, input.tensor(), output.tensor(), flops());
        }
        return output;
    }

    /**
     * Room for a perturbed output: the shape of one clean row, once per sample.
     *
     * @param clean an activation of any rows
     * @return a tensor (samples, ...) with undefined contents
     */
    public Tensor newSampleTensor(Activation clean) {
        return workspace.take(clean.shape().withFirst(rows));
    }

    // ---- operations ----------------------------------------------------------------------------------------------

    /**
     * x Wᵀ + b on the last axis.
     *
     * @param x (rows, ..., k)
     * @param weight (n, k), declared as a matrix
     * @param bias (n), or null for none
     * @return (rows, ..., n)
     */
    public Activation linear(Activation x, Parameter weight, @Nullable Parameter bias) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        int n = weight.shape().getFirst();
        Tensor out = workspace.take(x.shape().withLast(n));
        ops.matrix()
                .multiplyInto(
                        x.tensor(),
                        parameters.packed(weight, 0),
                        bias == null ? null : parameters.view(bias),
                        out,
                        workspace);
        flops += 2L * x.tensor().elements() * n;
        return computed(out, x);
    }

    /**
     * Convolution of channels-last images.
     *
     * @param x (rows, height, width, channels)
     * @param weight (out, channels / groups, kernelHeight, kernelWidth), declared as a matrix of these groups
     * @param bias (out), or null for none
     * @param window geometry
     * @param groups number of channel groups
     * @return (rows, outHeight, outWidth, out)
     */
    public Activation convolution(Activation x, Parameter weight, @Nullable Parameter bias, Window window, int groups) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        int n = weight.shape().getFirst();
        Shape in = x.shape();
        int height = window.outputHeight(in.extent(1));
        int width = window.outputWidth(in.extent(2));
        Tensor out = workspace.take(Shape.of(in.extent(0), height, width, n));
        Convolutions.forward(ops, x.tensor(), parameters, weight, bias, window, groups, out, workspace);
        flops += 2L * out.elements() * (weight.length() / n);
        return computed(out, x);
    }

    /**
     * Layer normalisation of the last axis.
     *
     * @param x (rows, ..., n)
     * @param gamma (n)
     * @param beta (n)
     * @param epsilon added to the variance
     * @return as x
     */
    public Activation layerNorm(Activation x, Parameter gamma, Parameter beta, float epsilon) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Tensor out = workspace.take(x.shape());
        ops.row().layerNormInto(x.tensor(), parameters.view(gamma), parameters.view(beta), epsilon, out);
        flops += 8L * out.elements();
        return computed(out, x);
    }

    /**
     * Gaussian error linear unit.
     *
     * @param x any shape
     * @return as x
     */
    public Activation gelu(Activation x) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Tensor out = workspace.take(x.shape());
        ops.elementwise().geluInto(x.tensor(), out);
        flops += out.elements();
        return computed(out, x);
    }

    /**
     * Rectified linear unit.
     *
     * @param x any shape
     * @return as x
     */
    public Activation relu(Activation x) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Tensor out = workspace.take(x.shape());
        ops.elementwise().reluInto(x.tensor(), out);
        flops += out.elements();
        return computed(out, x);
    }

    /**
     * a + b, such as a residual connection.
     *
     * @param a (rows, ...)
     * @param b as a; where one is clean and the other perturbed, the clean row of each sample's example is added
     * @return as a
     */
    public Activation add(Activation a, Activation b) {
        int op = next();
        if (replayed(a) && replayed(b)) {
            return recorded(op);
        }
        if (a.perSample() == b.perSample()) {
            Tensor out = workspace.take(a.shape());
            ops.elementwise().addInto(a.tensor(), b.tensor(), out);
            flops += out.elements();
            return computed(out, a);
        }
        Activation perturbed = a.perSample() ? a : b;
        Activation clean = a.perSample() ? b : a;
        Tensor out = workspace.take(perturbed.shape());
        ops.elementwise().addGatheredInto(perturbed.tensor(), clean.tensor(), exampleOfRow, out);
        flops += out.elements();
        return computed(out, perturbed);
    }

    /**
     * Multi-head self-attention without projections.
     *
     * @param qkv (rows, tokens, 3 d), each row [q | k | v]
     * @param heads number of heads
     * @return (rows, tokens, d)
     */
    public Activation attention(Activation qkv, int heads) {
        int op = next();
        if (replayed(qkv)) {
            return recorded(op);
        }
        Shape shape = qkv.shape();
        Tensor out = workspace.take(shape.withLast(shape.extent(-1) / 3));
        ops.attention().attentionInto(qkv.tensor(), heads, out, workspace);
        long tokens = shape.extent(1);
        flops += 4L * tokens * out.elements() + 5L * shape.extent(0) * heads * tokens * tokens;
        return computed(out, qkv);
    }

    /**
     * The same elements under another shape per row.
     *
     * @param x (rows, ...)
     * @param extents the other axes after rows
     * @return (rows, extents...)
     */
    public Activation reshape(Activation x, int... extents) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        int[] full = new int[extents.length + 1];
        full[0] = x.shape().extent(0);
        System.arraycopy(extents, 0, full, 1, extents.length);
        return computed(x.tensor().reshape(Shape.of(full)), x);
    }

    /**
     * Max pooling.
     *
     * @param x (rows, height, width, channels)
     * @param window geometry
     * @return (rows, outHeight, outWidth, channels)
     */
    public Activation maxPool(Activation x, Window window) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Tensor out = takePooled(x.shape(), window);
        ops.image().maxPoolInto(x.tensor(), window, out);
        return computed(out, x);
    }

    /**
     * Average pooling; padding is not counted.
     *
     * @param x (rows, height, width, channels)
     * @param window geometry
     * @return (rows, outHeight, outWidth, channels)
     */
    public Activation averagePool(Activation x, Window window) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Tensor out = takePooled(x.shape(), window);
        ops.image().averagePoolInto(x.tensor(), window, out);
        return computed(out, x);
    }

    /**
     * The embedding sum of a vision transformer: [token | x] + positions.
     *
     * @param x (rows, T, d)
     * @param token (1, 1, d)
     * @param positions (1, T + 1, d)
     * @return (rows, T + 1, d)
     */
    public Activation embed(Activation x, Parameter token, Parameter positions) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Shape shape = x.shape();
        Tensor out = workspace.take(Shape.of(shape.extent(0), shape.extent(1) + 1, shape.extent(2)));
        Embeddings.forward(ops, x.tensor(), parameters.view(token), parameters.view(positions), out);
        flops += out.elements();
        return computed(out, x);
    }

    /**
     * One entry of the second axis, such as the class token.
     *
     * @param x (rows, T, d)
     * @param index in [0, T)
     * @return (rows, d)
     */
    public Activation token(Activation x, int index) {
        int op = next();
        if (replayed(x)) {
            return recorded(op);
        }
        Shape shape = x.shape();
        Tensor out = workspace.take(Shape.of(shape.extent(0), shape.extent(2)));
        Embeddings.select(x.tensor(), index, out);
        return computed(out, x);
    }

    private Tensor takePooled(Shape in, Window window) {
        Tensor out = workspace.take(Shape.of(
                in.extent(0), window.outputHeight(in.extent(1)), window.outputWidth(in.extent(2)), in.extent(3)));
        flops += (long) out.elements() * window.kernelHeight() * window.kernelWidth();
        return out;
    }

    private int next() {
        return operation++;
    }

    private boolean replayed(Activation x) {
        return hook != null && !x.perSample();
    }

    private Activation recorded(int op) {
        if (recording == null) {
            throw new IllegalStateException("a replay without a recording");
        }
        return new Activation(recording.output(op), false);
    }

    private Activation computed(Tensor out, Activation from) {
        if (recording != null && hook == null) {
            recording.add(out);
        }
        return new Activation(out, from.perSample());
    }
}
