package dev.flops.tensor.network;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
public final class ForwardContext implements Operations {
    private final Computation computation;
    private final Workspace workspace;
    private final @Nullable Recording recording;
    private final @Nullable SiteHook hook;
    private final @Nullable OperationListener listener;
    private final int rows;
    private final boolean kept;
    private final List<Activation> waiting = new ArrayList<>();
    private Map<String, Attachment> attachments = Map.of();
    private int operations;

    private ForwardContext(
            Computation computation,
            Workspace workspace,
            @Nullable Recording recording,
            @Nullable SiteHook hook,
            @Nullable OperationListener listener,
            int rows) {
        this.computation = computation;
        this.workspace = workspace;
        this.recording = recording;
        this.hook = hook;
        this.listener = listener;
        this.rows = rows;
        kept = hook == null ? recording != null || listener != null : hook.keepsActivations();
    }

    /**
     * A context that only computes.
     *
     * @param ops tensor operations
     * @param parameters parameters of the network; with several points, the forward's rows are split among them
     * @param workspace memory of the activations
     * @return the context
     */
    public static ForwardContext inference(TensorOps ops, ParameterSource parameters, Workspace workspace) {
        return new ForwardContext(
                new Computation(ops, parameters, workspace, new int[0]), workspace, null, null, null, 0);
    }

    /**
     * A context that computes and tells of every operation. Nothing of the workspace may be released before the
     * listener has done with the activations.
     *
     * @param ops tensor operations
     * @param parameters packed parameters of the network
     * @param workspace memory of the activations
     * @param listener is told of every operation
     * @return the context
     */
    public static ForwardContext listening(
            TensorOps ops, PackedParameters parameters, Workspace workspace, OperationListener listener) {
        return new ForwardContext(
                new Computation(ops, parameters, workspace, new int[0]), workspace, null, null, listener, 0);
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
        return new ForwardContext(
                new Computation(ops, parameters, workspace, new int[0]), workspace, recording, null, null, 0);
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
        return new ForwardContext(
                new Computation(ops, parameters, workspace, exampleOfRow), workspace, recording, hook, null, rows);
    }

    /**
     * Runs a network. Where nothing is kept, many examples go in parts that stay in the cache, which changes no result.
     *
     * @param network the network whose parameters are packed here
     * @param input clean examples (examples, inputShape...), when replaying the recorded ones
     * @return logits, (rows, outputs)
     */
    public Activation run(Network network, Tensor input) {
        int variants = computation.variants();
        if (input.shape().extent(0) % variants != 0) {
            throw new IllegalArgumentException("input.shape = " + input.shape() + ", expected a multiple of " + variants
                    + " rows, as many for each point of the parameters");
        }
        int examples = input.shape().extent(0);
        int part = kept || hook != null ? examples : Math.min(examples, computation.examplesAtATime());
        return part < examples ? runParts(network, input, (examples + part - 1) / part) : runWhole(network, input);
    }

    private Activation runWhole(Network network, Tensor input) {
        Activation logits = network.layer().forward(this, new Activation(input, false));
        logits.tensor();
        waiting.clear();
        return logits;
    }

    /** Runs the examples in parts, of which each reads its activations while they are in the cache; examples do not mix. */
    private Activation runParts(Network network, Tensor input, int parts) {
        int examples = input.shape().extent(0);
        Tensor logits = workspace.take(Shape.of(examples, network.outputs()));
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) examples * part / parts);
            int to = (int) ((long) examples * (part + 1) / parts);
            long mark = workspace.mark();
            Tensor found = runWhole(network, input.slice(from, to)).tensor();
            Tensor place = logits.slice(from, to);
            System.arraycopy(found.array(), found.offset(), place.array(), place.offset(), found.elements());
            workspace.release(mark);
        }
        return new Activation(logits, false);
    }

    /**
     * Floating-point operations computed so far, by formula: 2 m n k for a product and its attention counterparts; 8
     * per element of a layer normalisation and 4 of a root-mean-square one, 5 per softmax element, 1 per element of other elementwise maps and poolings' taps.
     *
     * @return their number
     */
    public long flops() {
        return computation.flops();
    }

    /**
     * Runs a part of a network whose inner activations nothing outside of it needs. Where nobody keeps them, their memory
     * is given back as soon as the part's output is known.
     *
     * @param part the part
     * @param x its input
     * @return its output
     */
    public Activation scoped(Layer part, Activation x) {
        settleWaiting();
        return scoped(part, x, workspace.mark());
    }

    /**
     * Runs parts of a network one after the other, each on the output of the one before it, which nothing else needs; see
     * {@link #scoped}.
     *
     * @param parts the parts
     * @param x input of the first
     * @return output of the last
     */
    public Activation chain(List<? extends Layer> parts, Activation x) {
        settleWaiting();
        long mark = workspace.mark();
        Activation last = x;
        for (int part = 0; part < parts.size(); part++) {
            last = scoped(parts.get(part), last, mark);
        }
        return last;
    }

    private Activation scoped(Layer part, Activation x, long mark) {
        Activation output = part.forward(this, x);
        Activation last = kept || isRecorded(output) ? output : movedTo(mark, output);
        waiting.clear();
        return last;
    }

    /** What waits outside of a part would be computed inside and given back too early. */
    private void settleWaiting() {
        // In order, so that none is computed in the place of another: who else reads it is not known yet.
        for (int i = 0; i < waiting.size(); i++) {
            waiting.get(i).settle();
        }
        waiting.clear();
    }

    /** Whether an activation is a clean one of a replay, which lives in the recording's workspace. */
    private boolean isRecorded(Activation activation) {
        return hook != null && !activation.perSample();
    }

    /** Gives back all memory from a mark on but for one activation, which moves there; the two places may overlap. */
    private Activation movedTo(long mark, Activation output) {
        Tensor from = output.tensor();
        workspace.release(mark);
        Tensor to = workspace.take(from.shape());
        System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), from.elements());
        return new Activation(to, output.perSample());
    }

    /**
     * Announces a layer's output as a perturbation site. Inert unless an estimator listens or something is attached there.
     *
     * @param site the site
     * @param input the layer's input
     * @param output the layer's output
     * @return the output that the network must go on with
     */
    public Activation announce(Site site, Activation input, Activation output) {
        Activation announced = perturbed(site, input, output);
        Attachment attachment = attachments.get(site.name());
        return attachment == null ? announced : attachment.after(this, input, announced);
    }

    /**
     * From here on, what is announced at a site passes through what is attached there, in the order of attaching.
     *
     * @param bySite attachments by the name of their site, not modified
     */
    public void attach(Map<String, Attachment> bySite) {
        if (attachments.isEmpty()) {
            attachments = new HashMap<>();
        }
        bySite.forEach((site, attachment) -> attachments.merge(
                site,
                attachment,
                (first, second) ->
                        (context, input, output) -> second.after(context, input, first.after(context, input, output))));
    }

    private Activation perturbed(Site site, Activation input, Activation output) {
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

    @Override
    public Activation perform(Operation operation) {
        int index = operations++;
        boolean perSample = operation.perSample();
        if (hook != null && !perSample) {
            return clean().output(index);
        }
        Activation output = new Activation(operation, computation);
        if (!kept) {
            operation.x().addReader();
            if (operation.y() != null) {
                operation.y().addReader();
            }
            waiting.add(output);
            computation.announceShape(output.shape());
            return output;
        }
        Tensor out = output.tensor();
        if (recording != null && hook == null) {
            recording.add(out);
        }
        if (listener != null) {
            listener.performed(operation, output);
        }
        return output;
    }

    private Recording clean() {
        if (recording == null) {
            throw new IllegalStateException("a replay without a recording");
        }
        return recording;
    }
}
