package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Site;
import java.util.Arrays;
import java.util.List;

/**
 * The likelihood-ratio estimator, one site at a time. Everything before the site is the clean prefix, computed once per
 * example; only the suffix runs per sample. Losses first, then the contraction, which needs one row per example:
 *
 * <pre>
 *   S_i = Σ_k w_ik ε_ik / (σ n_i B)      one chain over k per element
 *   ∇_θ = Σ_i J(h_i)ᵀ S_i                one chain over examples and tokens
 * </pre>
 */
final class LayerWiseSampling {
    private final StepContext step;
    private final SamplePlan plan;

    LayerWiseSampling(StepContext step, SamplePlan plan) {
        this.step = step;
        this.plan = plan;
    }

    void estimate(float[] gradient, double[] sampleVariances, CostLedger ledger) {
        long begun = System.nanoTime();
        float[][] losses = new float[step.sites().size()][plan.rows()];
        sample(losses);
        long sampled = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, sampled - begun);
        for (int j = 0; j < losses.length; j++) {
            step.requireFinite(plan, losses[j], ", site " + step.sites().get(j).name());
        }
        contract(losses, gradient);
        step.workers().forEach(sampleVariances.length, (worker, i) -> sampleVariances[i] = variance(losses, i));
        ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - sampled);
    }

    /** v̂_i = Σ_j E‖J(h_ij)ᵀ ε‖² / σ² · mean_k w_ijk²: the second moment of one sample, summed over the sites. */
    private double variance(float[][] losses, int i) {
        double sum = 0;
        for (int j = 0; j < losses.length; j++) {
            sum += step.directionNorm(step.sites().get(j), i) * step.meanSquaredWeight(plan, losses[j], i);
        }
        return sum;
    }

    private void sample(float[][] losses) {
        List<SamplePlan.Chunk> chunks = plan.chunks(step.clean(), step.config().samplesPerChunk());
        int sites = step.sites().size();
        step.workers().forEach(chunks.size() * sites, (worker, task) -> {
            SamplePlan.Chunk chunk = chunks.get(task / sites);
            Site site = step.sites().get(task % sites);
            Workspace workspace = step.workspaces()[worker];
            SamplePlan.SampleRows rows = plan.rowsOf(chunk, step.clean());
            step.replay(
                    plan,
                    chunk,
                    rows,
                    (context, at, input, output) ->
                            at.index() == site.index() ? perturb(context, at, output, rows) : null,
                    workspace,
                    losses[task % sites]);
            workspace.release(0);
        });
    }

    private Tensor perturb(ForwardContext context, Site site, Activation output, SamplePlan.SampleRows rows) {
        Tensor clean = output.tensor();
        Tensor perturbed = context.newSampleTensor(output);
        for (int row = 0; row < rows.count(); row++) {
            NoiseAddress noise = plan.address(rows.example()[row], rows.sample()[row], site.index());
            step.ops()
                    .noise()
                    .addNoiseToRowInto(
                            Distribution.GAUSSIAN,
                            noise,
                            step.signedSigma(plan, row),
                            clean,
                            rows.recorded()[row],
                            perturbed,
                            row);
        }
        return perturbed;
    }

    private void contract(float[][] losses, float[] gradient) {
        int blocks = step.clean().blocks();
        int sites = step.sites().size();
        // Sites write to disjoint parts of the gradient (the estimator makes sure), so that they may run side by side.
        step.workers().forEach(sites, (worker, j) -> {
            Site site = step.sites().get(j);
            Workspace workspace = step.workspaces()[worker];
            for (int block = 0; block < blocks; block++) {
                Tensor input = step.clean().recording(block).siteInput(site);
                Tensor score = workspace.take(
                        step.clean().recording(block).siteOutput(site).shape());
                scores(site, block, losses[j], score);
                site.contraction().accumulate(step.ops(), score, input, gradient, workspace);
                int count = score.shape().extent(0);
                step.flops().add(count * site.contraction().flops(input.elements() / count, score.elements() / count));
                workspace.release(0);
            }
        });
    }

    /** S_i of the examples of a block. */
    private void scores(Site site, int block, float[] losses, Tensor score) {
        Arrays.fill(score.array(), score.offset(), score.offset() + score.elements(), 0f);
        int first = step.clean().start(block);
        for (int i = first; i < step.clean().end(block); i++) {
            double scale = step.scale(plan, i);
            for (int k = 0; k < plan.samples(i); k++) {
                float coefficient = (float) (scale * step.weight(plan, losses, i, k));
                NoiseAddress noise = step.rules().contraction().apply(plan.address(i, k, site.index()));
                step.ops()
                        .noise()
                        .addNoiseToRowInto(
                                Distribution.GAUSSIAN, noise, coefficient, score, i - first, score, i - first);
            }
            step.flops()
                    .add(2L
                            * plan.samples(i)
                            * (score.elements() / score.shape().extent(0)));
        }
    }
}
