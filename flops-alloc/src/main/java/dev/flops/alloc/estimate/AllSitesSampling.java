package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.network.SiteHook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The likelihood-ratio estimator with all sites perturbed in one forward. The inputs h of a site differ per sample, so
 * the contraction needs a row per query:
 *
 * <pre>
 *   ∇_θ = Σ_i Σ_k J(h_ik)ᵀ w_ik ε_ik / (σ n_i B)
 * </pre>
 *
 * An antithetic pair contributes two rows, +(ℓ⁺ − ℓ_i)/2 with h⁺ and −(ℓ⁻ − ℓ_i)/2 with h⁻, each unbiased by itself.
 *
 * <p>Samples are summed in blocks of {@value #BLOCK}, one chain each, and blocks in index order.
 */
final class AllSitesSampling {
    /** Samples of one partial sum, a format constant. */
    static final int BLOCK = 16;

    private static final int BLOCKS_PER_WORKER = 4;

    private final StepContext step;
    private final SamplePlan plan;
    private final ScaleDerivative scales;

    /** Samples by one plan; the scales' derivative is told of all losses. */
    AllSitesSampling(StepContext step, SamplePlan plan, ScaleDerivative scales) {
        this.step = step;
        this.plan = plan;
        this.scales = scales;
    }

    /** Adds to the gradient, and writes v̂_i. */
    void estimate(float[] gradient, double[] sampleVariances, CostLedger ledger) {
        long begun = System.nanoTime();
        float[] losses = new float[plan.rows()];
        SampleChunks chunks = step.memory().chunks();
        chunks.clear();
        plan.addChunks(0, step.clean(), 0, BLOCK, chunks);
        int wave = Math.min(chunks.count(), BLOCKS_PER_WORKER * step.workers().count());
        float[][] partial = new float[wave][gradient.length];
        for (int first = 0; first < chunks.count(); first += wave) {
            int count = Math.min(wave, chunks.count() - first);
            int offset = first;
            step.workers().forEach(count, (worker, task) -> {
                Arrays.fill(partial[task], 0f);
                runChunk(offset + task, losses, partial[task], step.memory().replayer(worker));
            });
            for (int task = 0; task < count; task++) {
                addInto(partial[task], gradient);
            }
        }
        step.requireFinite(plan, losses, 0, plan.batchSize(), null);
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, System.nanoTime() - begun);
        step.workers()
                .forEach(
                        sampleVariances.length,
                        (worker, i) -> sampleVariances[i] = variance(losses, i, step.workspace(worker)));
    }

    /** v̂_i = (Σ_j E‖J(h_ij)ᵀ ε‖² / σ²) · mean_k w_ik²: the second moment of one sample. */
    private double variance(float[] losses, int i, Workspace workspace) {
        double[] norms = new double[step.sites().size()];
        double sum = 0;
        for (int j = 0; j < norms.length; j++) {
            norms[j] = step.scoreNorm(step.sites().get(j), i);
            sum += norms[j];
        }
        for (int j = 0; j < norms.length; j++) {
            scales.measure(i, j, losses, norms[j], sum, workspace);
        }
        return sum * step.meanSquaredWeight(plan, losses, i);
    }

    private static void addInto(float[] from, float[] to) {
        for (int d = 0; d < to.length; d++) {
            to[d] += from[d];
        }
    }

    private void runChunk(int chunk, float[] losses, float[] gradient, Replayer replayer) {
        SampleChunks chunks = step.memory().chunks();
        int block = chunks.block(chunk);
        int firstRow = chunks.from(chunk) * plan.queriesPerSample();
        SampleRows rows = plan.describe(
                block,
                chunks.from(chunk),
                step.clean(),
                replayer.rows(chunks.samples(chunk) * plan.queriesPerSample()));
        Workspace workspace = replayer.workspace();
        PerturbAll hook = new PerturbAll(rows, workspace);
        step.replay(block, rows, hook, replayer, losses, firstRow);
        float[] weights = weights(firstRow, rows, losses);
        // Last site first: a site's score overwrites its perturbed output, which may be the input of a later site.
        for (PerturbedSite site : hook.announced.reversed()) {
            if (site.directions() == null) {
                contractActivations(site, hook, rows, weights, gradient, workspace);
            } else {
                contractWeights(site, site.directions(), rows, weights, gradient, workspace);
            }
        }
        workspace.release(0);
    }

    private void contractActivations(
            PerturbedSite site,
            PerturbAll hook,
            SampleRows rows,
            float[] weights,
            float[] gradient,
            Workspace workspace) {
        int position = site.site().index();
        Tensor input = perSample(hook.inputs[position], rows, workspace);
        Tensor score = hook.outputs[position];
        for (int row = 0; row < rows.count(); row++) {
            score(site, rows, row, weights[row], score);
        }
        site.site().contraction().accumulate(step.ops(), score, input, gradient, workspace);
        int count = rows.count();
        step.flops()
                .add(score.elements()
                        + count * site.site().contraction().flops(input.elements() / count, score.elements() / count));
    }

    private void contractWeights(
            PerturbedSite site,
            WeightDirections directions,
            SampleRows rows,
            float[] weights,
            float[] gradient,
            Workspace workspace) {
        for (int row = 0; row < rows.count(); row++) {
            directions.accumulate(
                    step.ops(),
                    contracted(site, rows, row),
                    coefficient(site, rows, row, weights[row]),
                    gradient,
                    workspace);
        }
        step.flops().add(rows.count() * directions.contractionFlops());
    }

    /** The score of a row overwrites the perturbed activations, which no earlier site needs. */
    private void score(PerturbedSite site, SampleRows rows, int row, float weight, Tensor score) {
        int length = score.elements() / rows.count();
        Arrays.fill(score.array(), score.offset() + row * length, score.offset() + (row + 1) * length, 0f);
        float coefficient = coefficient(site, rows, row, weight);
        NoiseAddress noise = contracted(site, rows, row);
        step.ops().noise().addNoiseToRowInto(Distribution.GAUSSIAN, noise, coefficient, score, row, score, row);
    }

    private NoiseAddress contracted(PerturbedSite site, SampleRows rows, int row) {
        int index = site.site().index();
        return step.rules().contraction().apply(plan.address(rows.example()[row], rows.sample()[row], index));
    }

    private float coefficient(PerturbedSite site, SampleRows rows, int row, float weight) {
        return (float) (step.scale(plan, rows.example()[row], site) * weight);
    }

    /** w of each row. */
    private float[] weights(int first, SampleRows rows, float[] losses) {
        float[] weights = new float[rows.count()];
        for (int row = 0; row < rows.count(); row++) {
            int i = rows.example()[row];
            if (plan.queriesPerSample() == 1) {
                weights[row] = step.weight(plan, losses, i, rows.sample()[row]);
            } else {
                float clean = step.clean().loss().losses()[i];
                float loss = losses[first + row];
                weights[row] = row % 2 == 0
                        ? step.rules().weight().weight(loss, clean, clean)
                        : step.rules().weight().weight(clean, loss, clean);
            }
        }
        return weights;
    }

    private Tensor perSample(Activation input, SampleRows rows, Workspace workspace) {
        if (input.perSample()) {
            return input.tensor();
        }
        Tensor expanded = workspace.take(input.shape().withFirst(rows.count()));
        step.ops().elementwise().gatherInto(input.tensor(), rows.recorded(), expanded);
        return expanded;
    }

    /** Perturbs every trained site and keeps what the contraction needs. */
    private final class PerturbAll implements SiteHook {
        private final SampleRows rows;
        private final List<PerturbedSite> announced = new ArrayList<>();
        private final Workspace workspace;
        private final @Nullable PerturbedSite[] perturbed =
                new @Nullable PerturbedSite[step.network().sites().size()];
        private final Activation[] inputs =
                new Activation[step.network().sites().size()];
        private final Tensor[] outputs = new Tensor[step.network().sites().size()];

        PerturbAll(SampleRows rows, Workspace workspace) {
            this.rows = rows;
            this.workspace = workspace;
            for (PerturbedSite site : step.sites()) {
                perturbed[site.site().index()] = site;
            }
        }

        @Override
        public boolean keepsActivations() {
            return true;
        }

        @Override
        public @Nullable Tensor at(ForwardContext context, Site site, Activation input, Activation output) {
            PerturbedSite at = perturbed[site.index()];
            if (at == null) {
                return null;
            }
            Tensor out = context.newSampleTensor(output);
            for (int row = 0; row < rows.count(); row++) {
                NoiseAddress noise = plan.address(rows.example()[row], rows.sample()[row], site.index());
                float sign = StepContext.sign(plan, row);
                at.perturbInto(step.ops(), noise, sign, input, output, rows.recorded()[row], out, row, workspace);
            }
            announced.add(at);
            step.flops().add(rows.count() * at.perturbFlops(out.elements() / rows.count()));
            inputs[site.index()] = input;
            outputs[site.index()] = out;
            return out;
        }
    }
}
