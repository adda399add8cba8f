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
 *
 * <p>Blocks form windows, of which one is open: only its recordings exist. Where the recordings of all examples may be kept,
 * there is a single window; otherwise {@link #open} records another one in place of it.
 */
final class CleanForward {
    /** Most examples of one recording. */
    private static final int MOST_IN_BLOCK = 16;

    private final Network network;
    private final LabelledExamples data;
    private final BatchLoss loss;
    private final TensorOps ops;
    private final PackedParameters parameters;
    private final Shape oneExample;
    private final int blockSize;
    private final int blocksPerWindow;
    private final List<Recorder> recorders = new ArrayList<>();
    private final Workers.Task runBlock = this::runBlock;
    private int[] examples = new int[0];
    private int open;
    private Tensor[] inputs = new Tensor[0];
    private long[] flops = new long[0];
    private Tensor outputs = Tensor.zeros(1, 1);
    private BatchLoss.@Nullable Clean cleanLoss;

    /** What a block of an open window is recorded with. */
    private record Recorder(Workspace workspace, Recording recording, ForwardContext context) {
        static Recorder of(TensorOps ops, PackedParameters parameters) {
            Workspace workspace = new Workspace();
            Recording recording = new Recording();
            return new Recorder(workspace, recording, ForwardContext.recording(ops, parameters, workspace, recording));
        }
    }

    /** Keeps the recordings of so many examples at a time. */
    CleanForward(
            Network network,
            LabelledExamples data,
            BatchLoss loss,
            TensorOps ops,
            PackedParameters parameters,
            int recordedExamples) {
        this.network = network;
        this.data = data;
        this.loss = loss;
        this.ops = ops;
        this.parameters = parameters;
        this.oneExample = network.inputShape().withLeading(1);
        this.blockSize = Math.min(MOST_IN_BLOCK, recordedExamples);
        this.blocksPerWindow = recordedExamples / blockSize;
    }

    void run(int step, int[] batch, Workers workers) {
        examples = batch;
        int blocks = (batch.length + blockSize - 1) / blockSize;
        while (recorders.size() < Math.min(blocks, blocksPerWindow)) {
            recorders.add(Recorder.of(ops, parameters));
        }
        if (inputs.length == 0 || outputs.shape().extent(0) != batch.length) {
            inputs = new Tensor[blocks];
            flops = new long[blocks];
            outputs = Tensor.zeros(batch.length, network.outputs());
        }
        // The first one last, so that it is the one that is open.
        for (int window = windows() - 1; window >= 0; window--) {
            record(window, workers);
        }
        cleanLoss = loss.at(batch, outputs);
        float[] losses = cleanLoss.losses();
        for (int i = 0; i < batch.length; i++) {
            if (!Float.isFinite(losses[i])) {
                throw new NumericalException("clean loss = " + losses[i] + " for example " + batch[i] + " in step "
                        + step + faultOfData(batch[i]));
            }
        }
    }

    /**
     * Makes sure that the recordings of a window exist.
     *
     * @return whether they had to be made again
     */
    boolean open(int window, Workers workers) {
        boolean again = window != open;
        if (again) {
            record(window, workers);
        }
        return again;
    }

    private void record(int window, Workers workers) {
        open = window;
        workers.forEach(endBlock(window) - firstBlock(window), runBlock);
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

    private void runBlock(int worker, int task) {
        int block = firstBlock(open) + task;
        int from = start(block);
        int count = end(block) - from;
        Recorder recorder = recorders.get(block % blocksPerWindow);
        recorder.workspace().release(0);
        Tensor input = recorder.workspace().take(oneExample.withFirst(count));
        int length = network.inputShape().elements();
        for (int i = 0; i < count; i++) {
            data.readInto(examples[from + i], input.array(), input.offset() + i * length);
        }
        inputs[block] = input;
        Tensor found = recorder.context().run(network, input).tensor();
        flops[block] = recorder.context().flops();
        System.arraycopy(
                found.array(),
                found.offset(),
                outputs.array(),
                outputs.offset() + from * network.outputs(),
                found.elements());
    }

    int windows() {
        return (inputs.length + blocksPerWindow - 1) / blocksPerWindow;
    }

    int firstBlock(int window) {
        return window * blocksPerWindow;
    }

    /** The block behind the last one of a window. */
    int endBlock(int window) {
        return Math.min(inputs.length, (window + 1) * blocksPerWindow);
    }

    /** The block of an example. */
    int block(int i) {
        return i / blockSize;
    }

    int start(int block) {
        return block * blockSize;
    }

    int end(int block) {
        return Math.min(outputs.shape().extent(0), (block + 1) * blockSize);
    }

    /** The recording of a block of the open window. */
    Recording recording(int block) {
        if (block / blocksPerWindow != open) {
            throw new IllegalStateException("block " + block + " is not of window " + open);
        }
        return recorders.get(block % blocksPerWindow).recording();
    }

    Tensor input(int block) {
        return inputs[block];
    }

    /** The loss of the batch at its clean outputs. */
    BatchLoss.Clean loss() {
        return Objects.requireNonNull(cleanLoss, "the clean forward runs before its loss is asked for");
    }

    long flops() {
        return flops(0, flops.length);
    }

    /** Operations of one window's forward. */
    long flops(int window) {
        return flops(firstBlock(window), endBlock(window));
    }

    private long flops(int from, int to) {
        long sum = 0;
        for (int block = from; block < to; block++) {
            sum += flops[block];
        }
        return sum;
    }

    /** Operations of the forward behind a site, for one example. */
    double suffixFlops(Site site) {
        int block = firstBlock(open);
        return (double) (flops[block] - recording(block).flopsAt(site)) / (end(block) - start(block));
    }

    /** Elements of a site's output, for one example. */
    int outputElements(Site site) {
        Tensor output = recording(firstBlock(open)).siteOutput(site);
        return output.elements() / output.shape().extent(0);
    }

    long bytes() {
        long bytes = (long) Float.BYTES * outputs.elements();
        for (int i = 0; i < recorders.size(); i++) {
            bytes += recorders.get(i).workspace().bytes();
        }
        return bytes;
    }
}
