package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import java.util.Arrays;

/**
 * What one step measures of a {@link ScaleObjective}: a numerator and a denominator per example and site, summed over examples in their
 * order. Examples may be measured side by side. Its memory is that of the steps before.
 */
final class ScaleDerivative {
    private final StepContext step;
    private SamplePlan[] plans = new SamplePlan[0];
    private ScaleObjective objective = ScaleObjective.FIXED;
    private double[][] numerators = new double[0][];
    private double[][] denominators = new double[0][];
    /** B, or 0 where nothing is measured. */
    private int examples;

    ScaleDerivative(StepContext step) {
        this.step = step;
    }

    /** Forgets what was measured; one plan per site, the same one for all where they share their samples. */
    void begin(SamplePlan[] ofSites, ScaleObjective ofStep) {
        plans = ofSites;
        objective = ofStep;
        examples = objective instanceof ScaleObjective.Fixed ? 0 : step.examples().length;
        if (numerators.length < examples) {
            numerators = new double[examples][plans.length];
            denominators = new double[examples][plans.length];
        }
        for (int i = 0; i < examples; i++) {
            Arrays.fill(numerators[i], 0);
            Arrays.fill(denominators[i], 0);
        }
    }

    /**
     * Takes in the samples of one example at one site.
     *
     * @param losses a loss per row of the site's plan
     * @param siteNorm c_ij
     * @param allNorms C_i
     * @param workspace of the thread
     */
    void measure(int i, int j, float[] losses, double siteNorm, double allNorms, Workspace workspace) {
        double weight = plans[j].weight(i);
        if (plans[j].samples(i) == 0) {
            return;
        }
        switch (objective) {
            case ScaleObjective.Fixed fixed -> {
                // There is nothing to learn.
            }
            case ScaleObjective.SmoothedLoss smoothed -> {
                numerators[i][j] = weight * score(i, j, losses, workspace);
                denominators[i][j] = 1;
            }
            case ScaleObjective.EstimatorVariance variance -> {
                double meanSquare = step.meanSquaredWeight(plans[j], losses, i);
                double score = score(i, j, losses, workspace);
                ScaleRules.Slope slope = step.rules().scales().slope();
                numerators[i][j] = weight * slope.slope(allNorms, siteNorm, score, meanSquare);
                denominators[i][j] = weight * allNorms * meanSquare;
            }
        }
    }

    /** mean_k t_k (‖ε_k‖² − m): the derivative of E[t] in log σ_j. */
    private double score(int i, int j, float[] losses, Workspace workspace) {
        PerturbedSite site = step.sites().get(j);
        SamplePlan plan = plans[j];
        int numbers = numbers(j);
        long mark = workspace.mark();
        Tensor noise = workspace.take(Shape.of(numbers));
        double sum = 0;
        for (int k = 0; k < plan.samples(i); k++) {
            var address = plan.address(i, k, site.site().index());
            step.ops()
                    .noise()
                    .noiseInto(
                            Distribution.GAUSSIAN, step.rules().scales().noise().apply(address), noise);
            double squaredNorm = step.ops().row().sumOfSquares(noise);
            sum += integrand(plan, losses, i, k) * step.rules().scales().score().score(squaredNorm, numbers);
        }
        workspace.release(mark);
        step.flops().add(2L * numbers * plan.samples(i));
        return sum / plan.samples(i);
    }

    private double integrand(SamplePlan plan, float[] losses, int i, int k) {
        if (objective instanceof ScaleObjective.SmoothedLoss) {
            return step.weight(step.rules().scales().even().apply(step.config().scheme()), plan, losses, i, k);
        }
        double w = step.weight(plan, losses, i, k);
        return w * w;
    }

    private int numbers(int j) {
        PerturbedSite site = step.sites().get(j);
        return site.directions() == null
                ? step.clean().outputElements(site.site())
                : site.directions().numbers();
    }

    /** ∂f/∂(log σ_j), in the order of the sites; 0 where no weight differs from 0. */
    double[] perSite() {
        double[] slopes = new double[plans.length];
        for (int j = 0; j < slopes.length; j++) {
            double numerator = 0;
            double denominator = 0;
            for (int i = 0; i < examples; i++) {
                numerator += numerators[i][j];
                denominator += denominators[i][j];
            }
            slopes[j] = denominator == 0 ? 0 : numerator / divisor(denominator);
        }
        return slopes;
    }

    /** A loss is averaged over all examples of the batch, whether or not each was sampled. */
    private double divisor(double denominator) {
        return objective instanceof ScaleObjective.SmoothedLoss ? examples : denominator;
    }

    /** min(1, N_j/m_j). */
    double[] damping() {
        double[] damping = new double[plans.length];
        for (int j = 0; j < damping.length; j++) {
            damping[j] = Math.min(1, (double) plans[j].totalSamples() / numbers(j));
        }
        return damping;
    }
}
