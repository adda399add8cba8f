package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;

/**
 * The derivative of the smoothed loss in the log scale of each site, from samples that were drawn anyway:
 *
 * <pre>
 *   ∂/∂(log σ_j) E[L] ≈ (1/B) Σ_i (ω_i/n_i) Σ_k w_ik (‖ε_ikj‖² − m_j)
 * </pre>
 *
 * with even weights w, see {@link ScaleRules}. The norms are those of regenerated noise; one sum per site, in the order of examples
 * and samples.
 */
record ScaleScores(StepContext step, ScaleRules rules) {

    /** Losses per site and row, by one plan per site; where all sites share their samples, those of one serve all. */
    double[] gradient(SamplePlan[] plans, float[][] losses) {
        double[] gradient = new double[step.sites().size()];
        step.workers().forEach(gradient.length, (worker, j) -> {
            gradient[j] = derivative(step.sites().get(j), plans[j], losses[j], step.workspaces()[worker]);
        });
        return gradient;
    }

    private double derivative(PerturbedSite site, SamplePlan plan, float[] losses, Workspace workspace) {
        if (site.noise().space() instanceof PerturbedSpace.LowRankWeights) {
            throw new IllegalArgumentException("space = " + site.noise().space() + " at site "
                    + site.site().name() + ", expected a Gaussian one: the score of a product of factors is another");
        }
        int numbers = site.numbers(step.outputElements(site));
        Tensor noise = workspace.take(Shape.of(numbers));
        double sum = 0;
        for (int i = 0; i < plan.batchSize(); i++) {
            double ofExample = 0;
            for (int k = 0; k < plan.samples(i); k++) {
                int row = plan.row(i, k);
                float minus = plan.queriesPerSample() == 2 ? losses[row + 1] : Float.NaN;
                float weight =
                        rules.weight().weight(losses[row], minus, step.clean().losses()[i]);
                step.ops()
                        .noise()
                        .noiseInto(
                                Distribution.GAUSSIAN,
                                rules.address()
                                        .apply(plan.address(i, k, site.site().index())),
                                noise);
                ofExample += weight * rules.score().score(step.ops().row().sumOfSquares(noise), numbers);
            }
            if (plan.samples(i) > 0) {
                sum += plan.weight(i) * ofExample / plan.samples(i);
            }
        }
        workspace.release(0);
        step.flops().add(4L * numbers * plan.totalSamples());
        return sum / plan.batchSize();
    }
}
