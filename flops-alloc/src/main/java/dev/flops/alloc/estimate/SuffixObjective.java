package dev.flops.alloc.estimate;

import dev.flops.api.Objective;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.Site;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loss of an example as a function of its activations at one site: a query puts activations in the place of the clean ones
 * and runs the forward behind the site. One example at a time is open.
 *
 * <p>Until its samples are drawn, an example may be asked about at its clean activations alone; the answer is the loss of
 * the clean forward, and costs nothing.
 */
final class SuffixObjective implements Objective {
    private final Network network;
    private final CleanForward clean;
    private final Site site;
    private final int dimension;
    private final int examples;
    private @Nullable Open open;
    private boolean sampled;
    private long queries;
    private long flops;

    /** Where the example that is asked about lies: index in the data set, position in the batch, row of its recording. */
    private record Open(int example, int position, int block, int row, Replayer replayer) {}

    SuffixObjective(Network network, CleanForward clean, Site site, int dimension, int examples) {
        this.network = network;
        this.clean = clean;
        this.site = site;
        this.dimension = dimension;
        this.examples = examples;
    }

    /** Opens the example at a position of the batch, and writes its clean activations. */
    void open(int example, int position, Replayer replayer, float[] activations) {
        int block = clean.block(position);
        open = new Open(example, position, block, position - clean.start(block), replayer);
        sampled = false;
        Tensor recorded = recorded(open);
        System.arraycopy(recorded.array(), recorded.offset(), activations, 0, dimension);
    }

    /** From here on, queries are forwards. */
    void sample() {
        sampled = true;
    }

    void close() {
        open = null;
    }

    /** Forwards since the objective was made. */
    long queries() {
        return queries;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int examples() {
        return examples;
    }

    @Override
    public long flops() {
        return flops;
    }

    @Override
    public void evaluate(float[] points, int[] asked, float[] losses) {
        Open at = Objects.requireNonNull(open, "an example is open while its estimator runs");
        for (int q = 0; q < asked.length; q++) {
            if (asked[q] != at.example()) {
                throw new IllegalArgumentException("examples[" + q + "] = " + asked[q] + " at site " + site.name()
                        + ", expected " + at.example() + ", whose activations are perturbed");
            }
        }
        if (sampled) {
            replay(at, points, losses);
        } else {
            answerClean(at, points, losses);
        }
    }

    private void answerClean(Open at, float[] points, float[] losses) {
        Tensor recorded = recorded(at);
        for (int q = 0; q < losses.length; q++) {
            int from = recorded.offset();
            if (!Arrays.equals(points, q * dimension, (q + 1) * dimension, recorded.array(), from, from + dimension)) {
                throw new IllegalArgumentException("query " + q + " at site " + site.name()
                        + " is perturbed, expected none before the allocation of the samples is known");
            }
            losses[q] = clean.loss().losses()[at.position()];
        }
    }

    private void replay(Open at, float[] points, float[] losses) {
        Workspace workspace = at.replayer().workspace();
        long mark = workspace.mark();
        SampleRows rows = at.replayer().rows(losses.length);
        Arrays.fill(rows.example(), at.position());
        Arrays.fill(rows.recorded(), at.row());
        ForwardContext context = at.replayer()
                .context()
                .replay(
                        clean.recording(at.block()),
                        rows.recorded(),
                        rows.count(),
                        (running, announced, input, output) ->
                                announced.index() == site.index() ? replaced(running, output, points) : null);
        Tensor outputs = context.run(network, clean.input(at.block())).tensor();
        clean.loss().perturbedInto(outputs, rows.example(), losses, 0, workspace);
        flops += context.flops() + rows.count() * clean.loss().flopsPerRow();
        queries += rows.count();
        workspace.release(mark);
    }

    private static Tensor replaced(ForwardContext context, Activation output, float[] points) {
        Tensor perturbed = context.newSampleTensor(output);
        System.arraycopy(points, 0, perturbed.array(), perturbed.offset(), perturbed.elements());
        return perturbed;
    }

    private Tensor recorded(Open at) {
        return clean.recording(at.block()).siteOutput(site).slice(at.row(), at.row() + 1);
    }
}
