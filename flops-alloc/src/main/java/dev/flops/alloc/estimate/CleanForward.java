package dev.flops.alloc.estimate;

import dev.flops.api.LabelledExamples;
import dev.flops.api.NumericalException;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Recording;
import dev.flops.tensor.network.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The clean forward of a batch: recordings in blocks of consecutive examples, and the loss at their outputs. Its memory is
 * reused from step to step.
 */
final class CleanForward {
    /** Examples of one recording, a format constant. */
    static final int BLOCK = 16;

    private final Network network;
    private final LabelledExamples data;
    private final BatchLoss loss;
    private final TensorOps ops;
    private final List<Workspace> workspaces = new ArrayList<>();
    private final List<Recording> recordings = new ArrayList<>();
    private Tensor[] inputs = new Tensor[0];
    private long[] flops = new long[0];
    private Tensor outputs = Tensor.zeros(1, 1);
    private BatchLoss.@Nullable Clean cleanLoss;

    CleanForward(Network network, LabelledExamples data, BatchLoss loss, TensorOps ops) {
        this.network = network;
        this.data = data;
        this.loss = loss;
        this.ops = ops;
    }

    void run(int step, int[] examples, PackedParameters parameters, Workers workers) {
        int blocks = (examples.length + BLOCK - 1) / BLOCK;
        while (workspaces.size() < blocks) {
            workspaces.add(new Workspace());
            recordings.add(new Recording());
        }
        inputs = new Tensor[blocks];
        flops = new long[blocks];
        outputs = Tensor.zeros(examples.length, network.outputs());
        workers.forEach(blocks, (worker, block) -> runBlock(block, examples, parameters));
        cleanLoss = loss.at(examples, outputs);
        float[] losses = cleanLoss.losses();
        for (int i = 0; i < examples.length; i++) {
            if (!Float.isFinite(losses[i])) {
                throw new NumericalException("clean loss = " + losses[i] + " for example " + examples[i] + " in step "
                        + step + faultOfData(examples[i]));
            }
        }
    }

    /** Says which feature of an example is not finite; nothing if all are, and the parameters are at fault. */
    private String faultOfData(int example) {
        float[] features = new float[network.inputShape().elements()];
        data.readInto(example, features, 0);
        for (int j = 0; j < features.length; j++) {
            if (!Float.isFinite(features[j])) {
                return ": its feature " + j + " = " + features[j];
            }
        }
        return "";
    }

    private void runBlock(int block, int[] examples, PackedParameters parameters) {
        int from = start(block);
        int count = end(block) - from;
        Workspace workspace = workspaces.get(block);
        workspace.release(0);
        int[] extents = new int[network.inputShape().rank() + 1];
        extents[0] = count;
        System.arraycopy(network.inputShape().toArray(), 0, extents, 1, extents.length - 1);
        Tensor input = workspace.take(Shape.of(extents));
        int length = network.inputShape().elements();
        for (int i = 0; i < count; i++) {
            data.readInto(examples[from + i], input.array(), input.offset() + i * length);
        }
        inputs[block] = input;
        ForwardContext context = ForwardContext.recording(ops, parameters, workspace, recordings.get(block));
        Tensor found = context.run(network, input).tensor();
        flops[block] = context.flops();
        System.arraycopy(
                found.array(),
                found.offset(),
                outputs.array(),
                outputs.offset() + from * network.outputs(),
                found.elements());
    }

    int blocks() {
        return inputs.length;
    }

    int start(int block) {
        return block * BLOCK;
    }

    int end(int block) {
        return Math.min(outputs.shape().extent(0), (block + 1) * BLOCK);
    }

    Recording recording(int block) {
        return recordings.get(block);
    }

    Tensor input(int block) {
        return inputs[block];
    }

    /** The loss of the batch at its clean outputs. */
    BatchLoss.Clean loss() {
        return Objects.requireNonNull(cleanLoss, "the clean forward runs before its loss is asked for");
    }

    long flops() {
        long sum = 0;
        for (long f : flops) {
            sum += f;
        }
        return sum;
    }

    /** Operations of the forward behind a site, for one example. */
    double suffixFlops(Site site) {
        return (double) (flops[0] - recordings.getFirst().flopsAt(site)) / end(0);
    }

    /** Elements of a site's output, for one example. */
    double outputElements(Site site) {
        return (double) recordings.getFirst().siteOutput(site).elements() / end(0);
    }

    long bytes() {
        return workspaces.stream().mapToLong(Workspace::bytes).sum() + (long) Float.BYTES * outputs.elements();
    }
}
