package dev.flops.alloc.estimate;

import dev.flops.api.LabelledExamples;
import dev.flops.api.Objective;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.StreamedObjective;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import java.util.Arrays;

/**
 * The cross-entropy of a network as a black box, so that estimators in parameter space run on any network: ℓ_i(θ) for any
 * θ, whole ({@link Objective}) or read in pieces ({@link StreamedObjective}).
 *
 * <p>A point is copied into parameters of this object's own and packed; the network's parameters are not read and not
 * modified. Consecutive queries at one point share the packing and run as rows of one forward. So this object holds the
 * parameters once more, plain, and their matrices once more, packed.
 */
public final class NetworkBlackBox implements Objective, StreamedObjective {
    /** Examples of one forward, a format constant; it changes no result. */
    private static final int BLOCK = 16;

    private final Network network;
    private final LabelledExamples data;
    private final TensorOps ops;
    private final Workers workers;
    private final Parameters point;
    private final PackedParameters packed;
    private final Workspace[] workspaces;

    /**
     * A black box.
     *
     * @param network the network
     * @param data the examples
     * @param ops tensor operations
     * @param workers run packing and forwards; they change no result
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
        this.point = sameLayout(network.parameters());
        this.packed = new PackedParameters(
                ops,
                new Network(
                        network.name(),
                        network.inputShape(),
                        network.outputs(),
                        point,
                        network.sites(),
                        network.matrices(),
                        network.layer()));
        this.workspaces = new Workspace[workers.count()];
        Arrays.setAll(workspaces, worker -> new Workspace());
    }

    private static Parameters sameLayout(Parameters parameters) {
        Parameters.Builder builder = Parameters.builder();
        for (Parameter p : parameters.list()) {
            int[] shape = p.shape().stream().mapToInt(Integer::intValue).toArray();
            var _ = p.trainable() ? builder.add(p.name(), shape) : builder.addConstant(p.name(), shape);
        }
        return builder.build();
    }

    @Override
    public int dimension() {
        return point.dimension();
    }

    @Override
    public int examples() {
        return data.size();
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        int d = dimension();
        if (points.length != (long) examples.length * d || losses.length != examples.length) {
            throw new IllegalArgumentException("points.length = " + points.length + ", losses.length = " + losses.length
                    + ", expected " + (long) examples.length * d + " and " + examples.length);
        }
        for (int from = 0, to; from < examples.length; from = to) {
            to = from + 1;
            while (to < examples.length
                    && Arrays.equals(points, from * d, (from + 1) * d, points, to * d, (to + 1) * d)) {
                to++;
            }
            System.arraycopy(points, from * d, point.values(), 0, d);
            packed.refresh(workers);
            forward(examples, from, to, losses);
        }
    }

    @Override
    public void evaluate(ParameterPoint at, int[] examples, float[] losses) {
        if (at.dimension() != dimension() || losses.length != examples.length) {
            throw new IllegalArgumentException("point.dimension = " + at.dimension() + ", losses.length = "
                    + losses.length + ", expected " + dimension() + " and " + examples.length);
        }
        at.readInto(0, dimension(), point.values(), 0);
        packed.refresh(workers);
        forward(examples, 0, examples.length, losses);
    }

    private void forward(int[] examples, int from, int to, float[] losses) {
        int blocks = (to - from + BLOCK - 1) / BLOCK;
        workers.forEach(blocks, (worker, block) -> {
            int first = from + block * BLOCK;
            forwardBlock(examples, first, Math.min(to, first + BLOCK), losses, workspaces[worker]);
        });
    }

    private void forwardBlock(int[] examples, int from, int to, float[] losses, Workspace workspace) {
        int[] extents = new int[network.inputShape().rank() + 1];
        extents[0] = to - from;
        System.arraycopy(network.inputShape().toArray(), 0, extents, 1, extents.length - 1);
        Tensor input = workspace.take(Shape.of(extents));
        int length = network.inputShape().elements();
        int[] labels = new int[to - from];
        for (int i = 0; i < labels.length; i++) {
            data.readInto(examples[from + i], input.array(), input.offset() + i * length);
            labels[i] = data.label(examples[from + i]);
        }
        Tensor logits = ForwardContext.inference(ops, packed, workspace)
                .run(network, input)
                .tensor();
        ops.row().crossEntropyInto(logits, labels, 0, losses, from);
        workspace.release(0);
    }
}
