package dev.flops.alloc.estimate;

import dev.flops.api.LabelledExamples;
import dev.flops.api.Objective;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.StreamedObjective;
import dev.flops.tensor.Perturbation;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.StreamedParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The cross-entropy of a network as a black box, so that estimators in parameter space run on any network: ℓ_i(θ) for any
 * θ, whole ({@link Objective}) or read in pieces ({@link StreamedObjective}).
 *
 * <p>Nothing is packed in advance: weights are packed block by block within each product. A point θ ± σ ε of
 * {@link MezoEstimator} is perturbed there as well, once for both points of a pair, so that neither it nor a second copy of
 * the parameters ever exists. Any other streamed point is read into a copy, made with the first one. The network's own
 * parameters are not read and not modified. Consecutive queries at one point run as rows of one forward.
 */
public final class NetworkBlackBox implements Objective, StreamedObjective {
    /** Examples of one forward, a format constant; it changes no result. */
    private static final int BLOCK = 16;

    private final Network network;
    private final LabelledExamples data;
    private final TensorOps ops;
    private final Workers workers;
    private final Workspace[] workspaces;
    private final ForwardContext[] contexts;
    private final LongAdder flops = new LongAdder();
    private float[] copy = new float[0];

    /**
     * A black box.
     *
     * @param network the network
     * @param data the examples
     * @param ops tensor operations
     * @param workers run forwards; they change no result
     */
    public NetworkBlackBox(Network network, LabelledExamples data, TensorOps ops, Workers workers) {
        if (!Arrays.equals(data.exampleShape(), network.inputShape().toArray())) {
            throw new IllegalArgumentException("data.exampleShape = " + Arrays.toString(data.exampleShape())
                    + ", expected " + network.inputShape() + " as the network " + network.name() + " takes");
        }
        this.network = network;
        this.data = data;
        this.ops = ops;
        this.workers = workers;
        this.workspaces = new Workspace[workers.count()];
        Arrays.setAll(workspaces, worker -> new Workspace());
        StreamedParameters present = StreamedParameters.at(
                ops, network.parameters(), network.parameters().values(), 0);
        this.contexts = new ForwardContext[workers.count()];
        Arrays.setAll(contexts, worker -> ForwardContext.inference(ops, present, workspaces[worker]));
    }

    @Override
    public int dimension() {
        return network.parameters().dimension();
    }

    @Override
    public int examples() {
        return data.size();
    }

    /** Activations and packed blocks of weights of all workers, and the copy of a point that cannot be streamed. */
    @Override
    public long bytes() {
        long bytes = (long) copy.length * Float.BYTES;
        for (Workspace workspace : workspaces) {
            bytes += workspace.bytes();
        }
        return bytes;
    }

    /** Those of the forwards; what forms the points is not among them. */
    @Override
    public long flops() {
        return flops.sum();
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        int d = dimension();
        if (points.length != (long) examples.length * d || losses.length != examples.length) {
            throw new IllegalArgumentException("points.length = " + points.length + ", losses.length = " + losses.length
                    + ", expected " + (long) examples.length * d + " and " + examples.length);
        }
        List<Block> blocks = new ArrayList<>();
        for (int from = 0, to; from < examples.length; from = to) {
            to = from + 1;
            while (to < examples.length
                    && Arrays.equals(points, from * d, (from + 1) * d, points, to * d, (to + 1) * d)) {
                to++;
            }
            addBlocks(StreamedParameters.at(ops, network.parameters(), points, from * d), from, to, blocks);
        }
        forward(blocks, examples, losses, losses);
    }

    @Override
    public void evaluate(ParameterPoint at, int[] examples, float[] losses) {
        requirePoint(at, examples, losses);
        List<Block> blocks = new ArrayList<>();
        addBlocks(source(at), 0, examples.length, blocks);
        forward(blocks, examples, losses, losses);
    }

    @Override
    public void evaluatePair(
            ParameterPoint plus, ParameterPoint minus, int[] examples, float[] plusLosses, float[] minusLosses) {
        requirePoint(plus, examples, plusLosses);
        requirePoint(minus, examples, minusLosses);
        if (plus instanceof PerturbedPoint first
                && minus instanceof PerturbedPoint second
                && isStreamable(first)
                && first.isPartner(second)) {
            List<Block> blocks = new ArrayList<>();
            addBlocks(streamed(first, true), 0, examples.length, blocks);
            forward(blocks, examples, plusLosses, minusLosses);
        } else {
            evaluate(plus, examples, plusLosses);
            evaluate(minus, examples, minusLosses);
        }
    }

    private void requirePoint(ParameterPoint at, int[] examples, float[] losses) {
        if (at.dimension() != dimension() || losses.length != examples.length) {
            throw new IllegalArgumentException("point.dimension = " + at.dimension() + ", losses.length = "
                    + losses.length + ", expected " + dimension() + " and " + examples.length);
        }
    }

    private StreamedParameters source(ParameterPoint at) {
        if (at instanceof PerturbedPoint point && isStreamable(point)) {
            return streamed(point, false);
        }
        if (copy.length == 0) {
            copy = new float[dimension()];
        }
        at.readInto(0, dimension(), copy, 0);
        return StreamedParameters.at(ops, network.parameters(), copy, 0);
    }

    /** Whether the point's values are named and laid out as the network's. */
    private boolean isStreamable(PerturbedPoint point) {
        List<Parameter> own = network.parameters().list();
        List<Parameter> others = point.parameters().list();
        boolean same = own.size() == others.size();
        for (int p = 0; same && p < own.size(); p++) {
            same = own.get(p).name().equals(others.get(p).name())
                    && own.get(p).shape().equals(others.get(p).shape());
        }
        return same;
    }

    private StreamedParameters streamed(PerturbedPoint point, boolean pair) {
        var perturbation = new Perturbation(point.distribution(), point.noise(), point.signedSigma(), pair);
        return StreamedParameters.perturbed(ops, point.parameters(), perturbation);
    }

    /** Queries from .. to − 1, at each point of the parameters. */
    private record Block(StreamedParameters parameters, int from, int to) {}

    private static void addBlocks(StreamedParameters parameters, int from, int to, List<Block> blocks) {
        for (int first = from; first < to; first += BLOCK) {
            blocks.add(new Block(parameters, first, Math.min(to, first + BLOCK)));
        }
    }

    private void forward(List<Block> blocks, int[] examples, float[] losses, float[] partnerLosses) {
        workers.forEach(
                blocks.size(),
                (worker, index) -> forwardBlock(blocks.get(index), examples, losses, partnerLosses, worker));
    }

    private void forwardBlock(Block block, int[] examples, float[] losses, float[] partnerLosses, int worker) {
        Workspace workspace = workspaces[worker];
        int count = block.to() - block.from();
        int rows = count * block.parameters().variants();
        Tensor input = workspace.take(network.inputShape().withLeading(rows));
        int length = network.inputShape().elements();
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            int example = examples[block.from() + row % count];
            data.readInto(example, input.array(), input.offset() + row * length);
            labels[row] = data.label(example);
        }
        ForwardContext context = contexts[worker].reading(block.parameters());
        Tensor logits = context.run(network, input).tensor();
        flops.add(context.flops());
        float[] found = new float[rows];
        ops.row().crossEntropyInto(logits, labels, 0, found, 0);
        System.arraycopy(found, 0, losses, block.from(), count);
        if (rows > count) {
            System.arraycopy(found, count, partnerLosses, block.from(), count);
        }
        workspace.release(0);
    }
}
