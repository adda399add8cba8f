package dev.flops.alloc.train;

import dev.flops.api.LabelledExamples;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import java.util.Arrays;

/** Measures accuracy and loss of a network on a data set by plain forwards. */
public final class Evaluator {
    private static final int BLOCK = 64;

    private final Network network;
    private final TensorOps ops;
    private final Workers workers;
    private final PackedParameters packed;
    private final Workspace[] workspaces;
    private final ForwardContext[] contexts;

    /**
     * An evaluator of one network.
     *
     * @param network the network
     * @param ops tensor operations
     * @param workers run blocks of examples; they change no result
     */
    public Evaluator(Network network, TensorOps ops, Workers workers) {
        this.network = network;
        this.ops = ops;
        this.workers = workers;
        this.packed = new PackedParameters(ops, network);
        this.workspaces = new Workspace[workers.count()];
        Arrays.setAll(workspaces, worker -> new Workspace());
        this.contexts = new ForwardContext[workers.count()];
        Arrays.setAll(contexts, worker -> ForwardContext.inference(ops, packed, workspaces[worker]));
    }

    /**
     * Evaluates the network with its present parameters.
     *
     * @param data the examples
     * @return accuracy and loss
     */
    public Evaluation evaluate(LabelledExamples data) {
        if (!Arrays.equals(data.exampleShape(), network.inputShape().toArray())) {
            throw new IllegalArgumentException("data.exampleShape = " + Arrays.toString(data.exampleShape())
                    + ", expected " + network.inputShape());
        }
        packed.refresh(workers);
        int size = data.size();
        float[] losses = new float[size];
        boolean[] correct = new boolean[size];
        workers.forEach(
                (size + BLOCK - 1) / BLOCK,
                (worker, block) -> evaluateBlock(
                        data, block * BLOCK, Math.min(size, (block + 1) * BLOCK), losses, correct, worker));
        double loss = 0;
        int hits = 0;
        for (int i = 0; i < size; i++) {
            loss += losses[i];
            hits += correct[i] ? 1 : 0;
        }
        return new Evaluation((double) hits / size, loss / size, size);
    }

    private void evaluateBlock(LabelledExamples data, int from, int to, float[] losses, boolean[] correct, int worker) {
        Workspace workspace = workspaces[worker];
        int count = to - from;
        int length = network.inputShape().elements();
        Tensor input = workspace.take(network.inputShape().withLeading(count));
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            data.readInto(from + i, input.array(), input.offset() + i * length);
            labels[i] = data.label(from + i);
        }
        Tensor logits = contexts[worker].run(network, input).tensor();
        ops.row().crossEntropyInto(logits, labels, 0, losses, from);
        for (int i = 0; i < count; i++) {
            correct[from + i] = argmax(logits, i) == labels[i];
        }
        workspace.release(0);
    }

    private static int argmax(Tensor logits, int row) {
        int classes = logits.shape().extent(1);
        int first = logits.offset() + row * classes;
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (logits.array()[first + c] > logits.array()[first + best]) {
                best = c;
            }
        }
        return best;
    }
}
