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
 * where weights are perturbed, ∇_θ = Σ_i Σ_k w_ik [E e]_ik / (σ n_i B), one chain over examples and samples. Each site has a
 * plan of its own, so that n_i may differ from site to site.
 */
final class LayerWiseSampling {
    private final StepContext step;
    private final SamplePlan[] plans;
    private final ScaleDerivative scales;

    /** Samples by one plan per site, in the order of the sites; the scales' derivative is told of all losses. */
    LayerWiseSampling(StepContext step, SamplePlan[] plans, ScaleDerivative scales) {
        this.step = step;
        this.plans = plans;
        this.scales = scales;
    }

    /** Adds to the gradient, and writes v̂_ij. */
    void estimate(float[] gradient, double[][] siteVariances, CostLedger ledger) {
        float[][] losses = new float[plans.length][];
        for (int j = 0; j < losses.length; j++) {
            losses[j] = new float[plans[j].rows()];
        }
        for (int window = 0; window < step.clean().windows(); window++) {
            step.open(window, ledger);
            estimate(window, losses, gradient, siteVariances, ledger);
        }
    }

    /** Examples of one window; those of the windows before it come first in every chain. */
    private void estimate(int window, float[][] losses, float[] gradient, double[][] siteVariances, CostLedger ledger) {
        long begun = System.nanoTime();
        sample(window, losses);
        long sampled = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, sampled - begun);
        int from = step.clean().start(step.clean().firstBlock(window));
        int to = step.clean().end(step.clean().endBlock(window) - 1);
        for (int j = 0; j < losses.length; j++) {
            step.requireFinite(
                    plans[j], losses[j], from, to, step.sites().get(j).site());
        }
        contract(window, losses, gradient);
        step.workers().forEach(to - from, (worker, at) -> {
            for (int j = 0; j < plans.length; j++) {
                // v̂_ij = E‖J(h_ij)ᵀ ε‖² / σ² · mean_k w_ijk²: the second moment of one sample.
                double norm = step.scoreNorm(step.sites().get(j), from + at);
                siteVariances[from + at][j] = norm * step.meanSquaredWeight(plans[j], losses[j], from + at);
                scales.measure(from + at, j, losses[j], norm, norm, step.workspaces()[worker]);
            }
        });
        ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - sampled);
    }

    /** A chunk of samples at one site. */
    private record Task(int site, SamplePlan.Chunk chunk) {}

    private void sample(int window, float[][] losses) {
        List<Task> tasks = new ArrayList<>();
        for (int j = 0; j < plans.length; j++) {
            for (SamplePlan.Chunk chunk :
                    plans[j].chunks(step.clean(), window, step.config().samplesPerChunk())) {
                tasks.add(new Task(j, chunk));
            }
        }
        step.workers().forEach(tasks.size(), (worker, task) -> {
            SamplePlan.Chunk chunk = tasks.get(task).chunk();
            int j = tasks.get(task).site();
            PerturbedSite site = step.sites().get(j);
            Workspace workspace = step.workspaces()[worker];
            SamplePlan.SampleRows rows = plans[j].rowsOf(chunk, step.clean());
            step.replay(
                    plans[j],
                    chunk,
                    rows,
                    (context, at, input, output) -> at.index() == site.site().index()
                            ? perturb(plans[j], context, site, input, output, rows, workspace)
                            : null,
                    workspace,
                    losses[j]);
            workspace.release(0);
        });
    }

    private Tensor perturb(
            SamplePlan plan,
            ForwardContext context,
            PerturbedSite site,
            Activation input,
            Activation output,
            SamplePlan.SampleRows rows,
            Workspace workspace) {
        Tensor perturbed = context.newSampleTensor(output);
        for (int row = 0; row < rows.count(); row++) {
            NoiseAddress noise = plan.address(
                    rows.example()[row], rows.sample()[row], site.site().index());
            float sign = StepContext.sign(plan, row);
            site.perturbInto(step.ops(), noise, sign, input, output, rows.recorded()[row], perturbed, row, workspace);
        }
        step.flops().add(rows.count() * site.perturbFlops(perturbed.elements() / rows.count()));
        return perturbed;
    }

    private void contract(int window, float[][] losses, float[] gradient) {
        // Sites write to disjoint parts of the gradient (the estimator makes sure), so that they may run side by side.
        step.workers().forEach(step.sites().size(), (worker, j) -> {
            PerturbedSite site = step.sites().get(j);
            for (int block = step.clean().firstBlock(window);
                    block < step.clean().endBlock(window);
                    block++) {
                if (site.directions() == null) {
                    contractActivations(j, block, losses[j], gradient, step.workspaces()[worker]);
                } else {
                    contractWeights(j, site.directions(), block, losses[j], gradient, step.workspaces()[worker]);
                }
                long samples = plans[j].samplesOf(step.clean(), block);
                step.flops().add(samples * site.contractionFlops(step.clean().outputElements(site.site())));
            }
        });
    }

    private void contractActivations(int j, int block, float[] losses, float[] gradient, Workspace workspace) {
        Site site = step.sites().get(j).site();
        Tensor input = step.clean().recording(block).siteInput(site);
        Tensor score =
                workspace.take(step.clean().recording(block).siteOutput(site).shape());
        scores(j, block, losses, score);
        site.contraction().accumulate(step.ops(), score, input, gradient, workspace);
        int count = score.shape().extent(0);
        step.flops().add(count * site.contraction().flops(input.elements() / count, score.elements() / count));
        workspace.release(0);
    }

    /** S_i of the examples of a block. */
    private void scores(int j, int block, float[] losses, Tensor score) {
        Arrays.fill(score.array(), score.offset(), score.offset() + score.elements(), 0f);
        int first = step.clean().start(block);
        for (int i = first; i < step.clean().end(block); i++) {
            for (int k = 0; k < plans[j].samples(i); k++) {
                step.ops()
                        .noise()
                        .addNoiseToRowInto(
                                Distribution.GAUSSIAN,
                                contracted(j, i, k),
                                coefficient(j, losses, i, k),
                                score,
                                i - first,
                                score,
                                i - first);
            }
        }
    }

    /** ∇ = Σ_i Σ_k w_ik [E e]_ik / (σ n_i B): no input is needed. */
    private void contractWeights(
            int j, WeightDirections directions, int block, float[] losses, float[] gradient, Workspace workspace) {
        for (int i = step.clean().start(block); i < step.clean().end(block); i++) {
            for (int k = 0; k < plans[j].samples(i); k++) {
                directions.accumulate(
                        step.ops(), contracted(j, i, k), coefficient(j, losses, i, k), gradient, workspace);
            }
        }
    }

    private NoiseAddress contracted(int j, int i, int k) {
        int index = step.sites().get(j).site().index();
        return step.rules().contraction().apply(plans[j].address(i, k, index));
    }

    private float coefficient(int j, float[] losses, int i, int k) {
        return (float) (step.scale(plans[j], i, step.sites().get(j)) * step.weight(plans[j], losses, i, k));
    }
}
