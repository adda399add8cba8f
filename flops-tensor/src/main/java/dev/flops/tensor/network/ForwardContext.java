package dev.flops.tensor.network;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Performs the operations of forwards.
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
 * <p>The layers of a network are asked once. What they do is remembered as a list of instructions, and further forwards of the same
 * network, of as many or other examples, go through that list: with a context that is kept and packed parameters they allocate nothing,
 * but for a view of each part of the input where many examples go in parts.
 *
 * <p>A context serves one forward at a time. Its tensors live in the workspace.
 */
public final class ForwardContext implements Operations {
    private final Computation computation;
    private final Workspace workspace;
    private final @Nullable OperationListener listener;
    private final boolean replays;
    private @Nullable Recording recording;
    private @Nullable SiteHook hook;
    private int rows;
    private boolean kept;

    /** What the network does, in order. */
    private final List<Runnable> program = new ArrayList<>();

    /** The network of the program, and what it goes from and to. */
    private @Nullable Network network;

    private @Nullable Activation input;
    private @Nullable Activation logits;
    private Map<String, Attachment> attachments = new HashMap<>();
    private int operations;

    /** Outputs of the present part of the network whose values were not asked for yet. */
    private final List<Activation> waiting = new ArrayList<>();

    private ForwardContext(
            TensorOps ops,
            ParameterSource parameters,
            Workspace workspace,
            @Nullable Recording recording,
            @Nullable OperationListener listener,
            boolean replays) {
        this.computation = new Computation(ops, parameters, workspace);
        this.workspace = workspace;
        this.recording = recording;
        this.listener = listener;
        this.replays = replays;
        this.kept = !replays && (recording != null || listener != null);
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
        return new ForwardContext(ops, parameters, workspace, null, null, false);
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
        return new ForwardContext(ops, parameters, workspace, null, listener, false);
    }

    /**
     * A context that keeps all clean values.
     *
     * @param ops tensor operations
     * @param parameters packed parameters of the network
     * @param workspace memory of the activations; keep it until the last replay
     * @param recording modified: cleared, then filled by every forward
     * @return the context
     */
    public static ForwardContext recording(
            TensorOps ops, PackedParameters parameters, Workspace workspace, Recording recording) {
        return new ForwardContext(ops, parameters, workspace, recording, null, false);
    }

    /**
     * A context that repeats recorded forwards under perturbations; {@link #replay} says which and how.
     *
     * @param ops tensor operations
     * @param parameters packed parameters of the network, as they were when recording
     * @param workspace memory of the perturbed activations
     * @return the context
     */
    public static ForwardContext replaying(TensorOps ops, PackedParameters parameters, Workspace workspace) {
        return new ForwardContext(ops, parameters, workspace, null, null, true);
    }

    /**
     * Sets what the next forward of a replaying context repeats.
     *
     * @param clean a finished recording of the examples, not modified
     * @param exampleOfRow exampleOfRow[r] is the recorded example (its row) of sample row r, not modified
     * @param samples number of sample rows
     * @param perturbing perturbs
     * @return this context
     */
    public ForwardContext replay(Recording clean, int[] exampleOfRow, int samples, SiteHook perturbing) {
        if (!replays) {
            throw new IllegalStateException("a context that does not replay, expected one of replaying()");
        }
        recording = clean;
        hook = perturbing;
        rows = samples;
        kept = perturbing.keepsActivations();
        computation.rowsOf(exampleOfRow);
        return this;
    }

    /**
     * Sets what further forwards read their parameters from; at first it is what the context was made with.
     *
     * @param source parameters of the network
     * @return this context
     */
    public ForwardContext reading(ParameterSource source) {
        computation.reading(source);
        return this;
    }

    /**
     * Runs a network. Where nothing is kept, many examples go in parts that stay in the cache, which changes no result.
     *
     * @param network the network whose parameters are packed here
     * @param input clean examples (examples, inputShape...), when replaying the recorded ones
     * @return logits, (rows, outputs), which the next forward overwrites
     */
    public Activation run(Network network, Tensor input) {
        int variants = computation.variants();
        int examples = input.shape().extent(0);
        if (examples % variants != 0) {
            throw new IllegalArgumentException("input.shape = " + input.shape() + ", expected a multiple of " + variants
                    + " rows, as many for each point of the parameters");
        }
        computation.restart();
        if (recording != null && !replays) {
            recording.clear();
        }
        int part = kept || replays ? examples : Math.min(examples, computation.examplesAtATime());
        return part < examples ? runParts(network, input, (examples + part - 1) / part) : runWhole(network, input);
    }

    private Activation runWhole(Network network, Tensor examples) {
        waiting.clear();
        if (isPrepared(network, examples.shape())) {
            Objects.requireNonNull(input).is(examples, false);
            for (int i = 0; i < program.size(); i++) {
                program.get(i).run();
            }
        } else {
            prepare(network, examples);
        }
        Activation found = Objects.requireNonNull(logits);
        found.tensor();
        waiting.clear();
        return found;
    }

    /** Whether the program is that of a network and of such examples, in whatever number. */
    @SuppressWarnings("ReferenceEquality") // An equal network may have other layers.
    private boolean isPrepared(Network other, Shape examples) {
        if (network != other || input == null) {
            return false;
        }
        return examples.withFirst(input.shape().extent(0)).equals(input.shape());
    }

    /** Asks the layers, which runs the first forward on the way. */
    private void prepare(Network network, Tensor examples) {
        this.network = null;
        program.clear();
        operations = 0;
        input = new Activation(examples, false);
        Map<String, Attachment> ofContext = attachments;
        attachments = new HashMap<>(ofContext);
        try {
            logits = network.layer().forward(this, input);
        } finally {
            attachments = ofContext; // Without those of the network's layers.
        }
        this.network = network;
    }

    /** Performs an instruction, now and in further forwards. */
    private void does(Runnable instruction) {
        program.add(instruction);
        instruction.run();
    }

    /** Runs the examples in parts, of which each reads its activations while they are in the cache; examples do not mix. */
    private Activation runParts(Network network, Tensor input, int parts) {
        int examples = input.shape().extent(0);
        Tensor all = workspace.take(Shape.of(examples, network.outputs()));
        Activation found = null;
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) examples * part / parts);
            int to = (int) ((long) examples * (part + 1) / parts);
            long mark = workspace.mark();
            found = runWhole(network, input.slice(from, to));
            Tensor values = found.tensor();
            int place = all.offset() + from * network.outputs();
            System.arraycopy(values.array(), values.offset(), all.array(), place, values.elements());
            workspace.release(mark);
        }
        Objects.requireNonNull(found).is(all, false);
        return found;
    }

    /**
     * Floating-point operations of the last forward, by formula: 2 m n k for a product and its attention counterparts; 8
     * per element of a layer normalisation and 4 of a root-mean-square one, 5 per softmax element, 1 per element of other elementwise maps and poolings' taps.
     *
     * @return their number
     */
    public long flops() {
        return computation.flops();
    }

    /** Where the memory of a part of a network begins. */
    private static final class Scope {
        private long mark;
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
        Scope scope = opened();
        return closed(scope, part.forward(this, x));
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
        Scope scope = opened();
        Activation last = x;
        for (Layer part : parts) {
            last = closed(scope, part.forward(this, last));
        }
        return last;
    }

    private Scope opened() {
        Scope scope = new Scope();
        does(() -> {
            settleWaiting();
            scope.mark = workspace.mark();
        });
        return scope;
    }

    /** What waits outside of a part would be computed inside and given back too early. */
    private void settleWaiting() {
        // In order, so that none is computed in the place of another: who else reads it is not known yet.
        for (int i = 0; i < waiting.size(); i++) {
            waiting.get(i).settle();
        }
        waiting.clear();
    }

    private Activation closed(Scope scope, Activation output) {
        if (kept && !replays) {
            return output;
        }
        Activation last = new Activation(output);
        does(() -> close(scope, output, last));
        return last;
    }

    /** What is kept stays where it is, and so does a clean activation of a replay, which lives in the recording's workspace. */
    private void close(Scope scope, Activation output, Activation last) {
        if (kept || (replays && !output.perSample())) {
            last.is(output);
        } else {
            last.is(movedTo(scope.mark, output.tensor()), output.perSample());
        }
        waiting.clear();
    }

    /** Gives back all memory from a mark on but for one tensor, which moves there; the two places may overlap. */
    private Tensor movedTo(long mark, Tensor from) {
        workspace.release(mark);
        Tensor to = workspace.take(from.shape());
        System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), from.elements());
        return to;
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
        network = null;
        bySite.forEach((site, attachment) -> attachments.merge(
                site,
                attachment,
                (first, second) ->
                        (context, input, output) -> second.after(context, input, first.after(context, input, output))));
    }

    private Activation perturbed(Site site, Activation input, Activation output) {
        if (replays) {
            Activation perturbed = new Activation(output);
            does(() -> {
                Tensor values = Objects.requireNonNull(hook).at(this, site, input, output);
                if (values == null) {
                    perturbed.is(output);
                } else {
                    perturbed.is(values, true);
                }
            });
            return perturbed;
        }
        if (recording != null) {
            does(() -> clean().addSite(site, input.tensor(), output.tensor(), flops()));
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
        Activation output = new Activation(operation, computation);
        int index = operations++;
        does(() -> perform(operation, index, output));
        return output;
    }

    private void perform(Operation operation, int index, Activation output) {
        if (replays && !operation.perSample()) {
            output.is(clean().output(index), false);
            return;
        }
        output.waitAgain();
        if (!kept) {
            operation.x().addReader();
            if (operation.y() != null) {
                operation.y().addReader();
            }
            waiting.add(output);
            computation.announceShape(output.shape());
            return;
        }
        Tensor out = output.tensor();
        if (recording != null && !replays) {
            recording.add(out);
        }
        if (listener != null) {
            listener.performed(operation, output);
        }
    }

    private Recording clean() {
        if (recording == null) {
            throw new IllegalStateException("a replay without a recording");
        }
        return recording;
    }
}
