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

    AllSitesSampling(StepContext step, SamplePlan plan) {
        this.step = step;
        this.plan = plan;
    }

    void estimate(float[] gradient, double[] sampleVariances, CostLedger ledger) {
        long begun = System.nanoTime();
        float[] losses = new float[plan.rows()];
        List<SamplePlan.Chunk> chunks = plan.chunks(step.clean(), BLOCK);
        int wave = Math.min(chunks.size(), BLOCKS_PER_WORKER * step.workers().count());
        float[][] partial = new float[wave][gradient.length];
        for (int first = 0; first < chunks.size(); first += wave) {
            int count = Math.min(wave, chunks.size() - first);
            int offset = first;
            step.workers().forEach(count, (worker, task) -> {
                Arrays.fill(partial[task], 0f);
                runChunk(chunks.get(offset + task), losses, partial[task], step.workspaces()[worker]);
            });
            for (int task = 0; task < count; task++) {
                addInto(partial[task], gradient);
            }
        }
        step.requireFinite(plan, losses, "");
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, System.nanoTime() - begun);
        step.workers().forEach(sampleVariances.length, (worker, i) -> sampleVariances[i] = variance(losses, i));
    }

    /** v̂_i = (Σ_j E‖J(h_ij)ᵀ ε‖² / σ²) · mean_k w_ik²: the second moment of one sample. */
    private double variance(float[] losses, int i) {
        double norm = 0;
        for (Site site : step.sites()) {
            norm += step.directionNorm(site, i);
        }
        return norm * step.meanSquaredWeight(plan, losses, i);
    }

    private static void addInto(float[] from, float[] to) {
        for (int d = 0; d < to.length; d++) {
            to[d] += from[d];
        }
    }

    private void runChunk(SamplePlan.Chunk chunk, float[] losses, float[] gradient, Workspace workspace) {
        SamplePlan.SampleRows rows = plan.rowsOf(chunk, step.clean());
        PerturbAll hook = new PerturbAll(rows);
        step.replay(plan, chunk, rows, hook, workspace, losses);
        float[] coefficients = coefficients(chunk, rows, losses);
        // Last site first: a site's score overwrites its perturbed output, which may be the input of a later site.
        for (Site site : hook.announced.reversed()) {
            int position = site.index();
            Tensor input = perSample(hook.inputs[position], rows, workspace);
            Tensor score = hook.outputs[position];
            for (int row = 0; row < rows.count(); row++) {
                score(site, rows, row, coefficients[row], score);
            }
            site.contraction().accumulate(step.ops(), score, input, gradient, workspace);
            step.flops()
                    .add(rows.count()
                            * (score.elements() / rows.count()
                                    + site.contraction()
                                            .flops(input.elements() / rows.count(), score.elements() / rows.count())));
        }
        workspace.release(0);
    }

    /** The score of a row overwrites the perturbed activations, which no earlier site needs. */
    private void score(Site site, SamplePlan.SampleRows rows, int row, float coefficient, Tensor score) {
        int length = score.elements() / rows.count();
        Arrays.fill(score.array(), score.offset() + row * length, score.offset() + (row + 1) * length, 0f);
        NoiseAddress noise =
                step.rules().contraction().apply(plan.address(rows.example()[row], rows.sample()[row], site.index()));
        step.ops().noise().addNoiseToRowInto(Distribution.GAUSSIAN, noise, coefficient, score, row, score, row);
    }

    private float[] coefficients(SamplePlan.Chunk chunk, SamplePlan.SampleRows rows, float[] losses) {
        float[] coefficients = new float[rows.count()];
        int first = chunk.from() * plan.queriesPerSample();
        for (int row = 0; row < rows.count(); row++) {
            int i = rows.example()[row];
            if (plan.queriesPerSample() == 1) {
                coefficients[row] = (float) (step.scale(plan, i) * step.weight(plan, losses, i, rows.sample()[row]));
            } else {
                float clean = step.clean().losses()[i];
                boolean plus = row % 2 == 0;
                float loss = losses[first + row];
                float weight = plus
                        ? step.rules().weight().weight(loss, clean, clean)
                        : step.rules().weight().weight(clean, loss, clean);
                coefficients[row] = (float) (step.scale(plan, i) * weight);
            }
        }
        return coefficients;
    }

    private Tensor perSample(Activation input, SamplePlan.SampleRows rows, Workspace workspace) {
        if (input.perSample()) {
            return input.tensor();
        }
        Tensor expanded = workspace.take(input.shape().withFirst(rows.count()));
        step.ops().elementwise().gatherInto(input.tensor(), rows.recorded(), expanded);
        return expanded;
    }

    /** Perturbs every trained site and keeps what the contraction needs. */
    private final class PerturbAll implements SiteHook {
        private final SamplePlan.SampleRows rows;
        private final List<Site> announced = new ArrayList<>();
        private final Activation[] inputs =
                new Activation[step.network().sites().size()];
        private final Tensor[] outputs = new Tensor[step.network().sites().size()];

        PerturbAll(SamplePlan.SampleRows rows) {
            this.rows = rows;
        }

        @Override
        public @Nullable Tensor at(ForwardContext context, Site site, Activation input, Activation output) {
            if (!step.sites().contains(site)) {
                return null;
            }
            Tensor perturbed = context.newSampleTensor(output);
            for (int row = 0; row < rows.count(); row++) {
                int from = output.perSample() ? row : rows.recorded()[row];
                NoiseAddress noise = plan.address(rows.example()[row], rows.sample()[row], site.index());
                step.ops()
                        .noise()
                        .addNoiseToRowInto(
                                Distribution.GAUSSIAN,
                                noise,
                                step.signedSigma(plan, row),
                                output.tensor(),
                                from,
                                perturbed,
                                row);
            }
            announced.add(site);
            inputs[site.index()] = input;
            outputs[site.index()] = perturbed;
            return perturbed;
        }
    }
}
