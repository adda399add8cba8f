package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Site;
import java.util.ArrayList;
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
 *
 * Each site has a plan of its own, so that n_i may differ from site to site.
 */
final class LayerWiseSampling {
    private final StepContext step;
    private final SamplePlan[] plans;

    /** Samples by one plan per site, in the order of the sites. */
    LayerWiseSampling(StepContext step, SamplePlan[] plans) {
        this.step = step;
        this.plans = plans;
    }

    /** Adds to the gradient, and writes v̂_ij. */
    void estimate(float[] gradient, double[][] siteVariances, CostLedger ledger) {
        long begun = System.nanoTime();
        float[][] losses = new float[plans.length][];
        for (int j = 0; j < losses.length; j++) {
            losses[j] = new float[plans[j].rows()];
        }
        sample(losses);
        long sampled = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, sampled - begun);
        for (int j = 0; j < losses.length; j++) {
            step.requireFinite(
                    plans[j], losses[j], ", site " + step.sites().get(j).name());
        }
        contract(losses, gradient);
        step.workers().forEach(siteVariances.length, (worker, i) -> {
            for (int j = 0; j < plans.length; j++) {
                siteVariances[i][j] = variance(losses[j], i, j);
            }
        });
        ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - sampled);
    }

    /** v̂_ij = E‖J(h_ij)ᵀ ε‖² / σ² · mean_k w_ijk²: the second moment of one sample. */
    private double variance(float[] losses, int i, int j) {
        return step.directionNorm(step.sites().get(j), i) * step.meanSquaredWeight(plans[j], losses, i);
    }

    /** A chunk of samples at one site. */
    private record Task(int site, SamplePlan.Chunk chunk) {}

    private void sample(float[][] losses) {
        List<Task> tasks = new ArrayList<>();
        for (int j = 0; j < plans.length; j++) {
            for (SamplePlan.Chunk chunk :
                    plans[j].chunks(step.clean(), step.config().samplesPerChunk())) {
                tasks.add(new Task(j, chunk));
            }
        }
        step.workers().forEach(tasks.size(), (worker, task) -> {
            SamplePlan.Chunk chunk = tasks.get(task).chunk();
            int j = tasks.get(task).site();
            Site site = step.sites().get(j);
            Workspace workspace = step.workspaces()[worker];
            SamplePlan.SampleRows rows = plans[j].rowsOf(chunk, step.clean());
            step.replay(
                    plans[j],
                    chunk,
                    rows,
                    (context, at, input, output) ->
                            at.index() == site.index() ? perturb(plans[j], context, at, output, rows) : null,
                    workspace,
                    losses[j]);
            workspace.release(0);
        });
    }

    private Tensor perturb(
            SamplePlan plan, ForwardContext context, Site site, Activation output, SamplePlan.SampleRows rows) {
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
                scores(plans[j], site, block, losses[j], score);
                site.contraction().accumulate(step.ops(), score, input, gradient, workspace);
                int count = score.shape().extent(0);
                step.flops().add(count * site.contraction().flops(input.elements() / count, score.elements() / count));
                workspace.release(0);
            }
        });
    }

    /** S_i of the examples of a block. */
    private void scores(SamplePlan plan, Site site, int block, float[] losses, Tensor score) {
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
