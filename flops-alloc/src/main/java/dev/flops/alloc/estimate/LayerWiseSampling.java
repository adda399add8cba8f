package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.network.SiteHook;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The likelihood-ratio estimator, one site at a time. Everything before the site is the clean prefix, computed once per
 * example; only the suffix runs per sample. Losses first, then the contraction, which needs one row per example:
 *
 * <pre>
 *   S_i = Σ_k w_ik ε_ik / (σ n_i B)      one chain over k per element
 *   ∇_θ = Σ_i J(h_i)ᵀ S_i                one chain over examples and tokens
 * </pre>
 *
 * where weights are perturbed, ∇_θ = Σ_i Σ_k w_ik [E e]_ik / (σ n_i B), one chain over examples and samples. Each site has a
 * plan of its own, so that n_i may differ from site to site. It serves one step after the other.
 */
final class LayerWiseSampling {
    private static final float[] NO_GRADIENT = {};

    private final StepContext step;
    private final ScaleDerivative scales;
    private final PerturbOne[] hooks;

    // Of one step.
    private SamplePlan[] plans = new SamplePlan[0];
    private float[][] losses = new float[0][];
    private float[] gradient = NO_GRADIENT;
    private double[][] siteVariances = new double[0][];
    private int window;
    private int from;

    // They are tasks of every step, and so none is made in one.
    private final Workers.Task replay = this::replay;
    private final Workers.Task contract = this::contract;
    private final Workers.Task measure = this::measure;

    /** The scales' derivative is told of all losses. */
    LayerWiseSampling(StepContext step, ScaleDerivative scales) {
        this.step = step;
        this.scales = scales;
        this.hooks = new PerturbOne[step.workers().count()];
        for (int worker = 0; worker < hooks.length; worker++) {
            hooks[worker] = new PerturbOne(step.memory().replayer(worker));
        }
    }

    /** Samples by one plan per site, in the order of the sites; adds to the gradient, and writes v̂_ij. */
    void estimate(SamplePlan[] ofSites, float[] toGradient, double[][] variances, CostLedger ledger) {
        plans = ofSites;
        losses = step.memory().losses(plans);
        gradient = toGradient;
        siteVariances = variances;
        for (window = 0; window < step.clean().windows(); window++) {
            step.open(window, ledger);
            estimate(ledger);
        }
        gradient = NO_GRADIENT; // it is the caller's, and may be large
    }

    /** Examples of one window; those of the windows before it come first in every chain. */
    private void estimate(CostLedger ledger) {
        long begun = System.nanoTime();
        sample();
        long sampled = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, sampled - begun);
        from = step.clean().start(step.clean().firstBlock(window));
        int to = step.clean().end(step.clean().endBlock(window) - 1);
        for (int j = 0; j < plans.length; j++) {
            step.requireFinite(
                    plans[j], losses[j], from, to, step.sites().get(j).site());
        }
        // Sites write to disjoint parts of the gradient (the estimator makes sure), so that they may run side by side.
        step.workers().forEach(plans.length, contract);
        step.workers().forEach(to - from, measure);
        ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - sampled);
    }

    /** v̂_ij = E‖J(h_ij)ᵀ ε‖² / σ² · mean_k w_ijk²: the second moment of one sample. */
    private void measure(int worker, int task) {
        int i = from + task;
        for (int j = 0; j < plans.length; j++) {
            double norm = step.scoreNorm(step.sites().get(j), i);
            siteVariances[i][j] = norm * step.meanSquaredWeight(plans[j], losses[j], i);
            scales.measure(i, j, losses[j], norm, norm, step.workspace(worker));
        }
    }

    private void sample() {
        SampleChunks chunks = step.memory().chunks();
        chunks.clear();
        for (int j = 0; j < plans.length; j++) {
            plans[j].addChunks(j, step.clean(), window, step.config().samplesPerChunk(), chunks);
        }
        step.workers().forEach(chunks.count(), replay);
    }

    private void replay(int worker, int chunk) {
        hooks[worker].replay(step.memory().chunks(), chunk);
    }

    /** Perturbs one site, by the samples of one chunk after the other. */
    private final class PerturbOne implements SiteHook {
        private final Replayer replayer;
        private SampleRows rows = SampleRows.NONE;
        private int j;

        PerturbOne(Replayer replayer) {
            this.replayer = replayer;
        }

        void replay(SampleChunks chunks, int chunk) {
            j = chunks.site(chunk);
            SamplePlan plan = plans[j];
            int block = chunks.block(chunk);
            int first = chunks.from(chunk);
            rows = replayer.rows(chunks.samples(chunk) * plan.queriesPerSample());
            plan.describe(block, first, step.clean(), rows);
            step.replay(block, rows, this, replayer, losses[j], first * plan.queriesPerSample());
            replayer.workspace().release(0);
        }

        @Override
        public @Nullable Tensor at(ForwardContext context, Site site, Activation input, Activation output) {
            PerturbedSite perturbed = step.sites().get(j);
            return site.index() == perturbed.site().index() ? perturb(context, perturbed, input, output) : null;
        }

        private Tensor perturb(ForwardContext context, PerturbedSite site, Activation input, Activation output) {
            Tensor perturbed = context.newSampleTensor(output);
            int index = site.site().index();
            for (int row = 0; row < rows.count(); row++) {
                long key = plans[j].key(rows.example()[row]);
                int counter1 = NoiseAddress.counter1(index, rows.sample()[row]);
                float sign = StepContext.sign(plans[j], row);
                int recorded = rows.recorded()[row];
                site.perturbInto(
                        step.ops(), key, counter1, sign, input, output, recorded, perturbed, row, replayer.workspace());
            }
            step.flops().add(rows.count() * site.perturbFlops(perturbed.elements() / rows.count()));
            return perturbed;
        }
    }

    private void contract(int worker, int j) {
        Workspace workspace = step.workspace(worker);
        PerturbedSite site = step.sites().get(j);
        int end = step.clean().endBlock(window);
        for (int block = step.clean().firstBlock(window); block < end; block++) {
            if (site.directions() == null) {
                contractActivations(j, block, workspace);
            } else {
                contractWeights(j, site.directions(), block, workspace);
            }
            long samples = plans[j].samplesOf(step.clean(), block);
            step.flops().add(samples * site.contractionFlops(step.clean().outputElements(site.site())));
        }
    }

    private void contractActivations(int j, int block, Workspace workspace) {
        Site site = step.sites().get(j).site();
        Tensor input = step.clean().recording(block).siteInput(site);
        Tensor score =
                workspace.take(step.clean().recording(block).siteOutput(site).shape());
        scores(j, block, score);
        site.contraction().accumulate(step.ops(), score, input, gradient, workspace);
        int count = score.shape().extent(0);
        step.flops().add(count * site.contraction().flops(input.elements() / count, score.elements() / count));
        workspace.release(0);
    }

    /** S_i of the examples of a block. */
    private void scores(int j, int block, Tensor score) {
        Arrays.fill(score.array(), score.offset(), score.offset() + score.elements(), 0f);
        int first = step.clean().start(block);
        for (int i = first; i < step.clean().end(block); i++) {
            for (int k = 0; k < plans[j].samples(i); k++) {
                step.ops()
                        .noise()
                        .addNoiseToRowInto(
                                Distribution.GAUSSIAN,
                                plans[j].key(i),
                                contracted(j, k),
                                coefficient(j, i, k),
                                score,
                                i - first,
                                score,
                                i - first);
            }
        }
    }

    /** ∇ = Σ_i Σ_k w_ik [E e]_ik / (σ n_i B): no input is needed. */
    private void contractWeights(int j, WeightDirections directions, int block, Workspace workspace) {
        for (int i = step.clean().start(block); i < step.clean().end(block); i++) {
            for (int k = 0; k < plans[j].samples(i); k++) {
                directions.accumulate(
                        step.ops(),
                        NoiseAddress.of(RandomKey.ofWords(plans[j].key(i)), contracted(j, k)),
                        coefficient(j, i, k),
                        gradient,
                        workspace);
            }
        }
    }

    /** The counter of the noise that is contracted. */
    private int contracted(int j, int k) {
        int index = step.sites().get(j).site().index();
        return step.rules().contraction().applyAsInt(NoiseAddress.counter1(index, k));
    }

    private float coefficient(int j, int i, int k) {
        return (float) (step.scale(plans[j], i, step.sites().get(j)) * step.weight(plans[j], losses[j], i, k));
    }
}
