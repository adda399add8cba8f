package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A likelihood-ratio estimator whose sites learn their perturbation scales σ_j by a stated {@link ScaleObjective}. The scales of a step
 * are known before its samples are drawn: they depend on earlier steps and, for {@link ScaleObjective.EstimatorVariance}, on
 * probes with perturbations of their own. So the estimate stays unbiased for the loss smoothed with the scales of its step.
 *
 * <p>An estimate is a function of its arguments and of {@link #scales}.
 */
public final class LearnedScaleEstimator implements GradientEstimator {
    private final LikelihoodRatioEstimator inner;
    private final ScaleObjective objective;
    private final ScaleRules rules;
    private final SiteScales start;
    private SiteScales scales;

    /**
     * Learns the scales of an estimator.
     *
     * @param inner the estimator; its noise is where the learning begins
     * @param objective what the scales are learned for
     * @throws IllegalArgumentException if the objective is the variance and the estimator layer-wise, where each site has an
     *     estimate of its own whose variance does not depend on σ for a linear loss; or if a site perturbs weights of low
     *     rank, whose noise is not Gaussian
     */
    public LearnedScaleEstimator(LikelihoodRatioEstimator inner, ScaleObjective objective) {
        this(inner, objective, ScaleRules.of(inner.config().scheme()));
    }

    LearnedScaleEstimator(LikelihoodRatioEstimator inner, ScaleObjective objective, ScaleRules rules) {
        if (objective instanceof ScaleObjective.EstimatorVariance
                && inner.config().mode() != SiteMode.ALL_SITES) {
            throw new IllegalArgumentException("mode = " + inner.config().mode() + ", expected " + SiteMode.ALL_SITES
                    + ": layer-wise, the variance of a site does not depend on its scale to first order");
        }
        for (int j = 0; j < inner.noise().size(); j++) {
            if (inner.noise().get(j).space() instanceof PerturbedSpace.LowRankWeights space) {
                throw new IllegalArgumentException("space = " + space + " at site "
                        + inner.sites().get(j).name() + ", expected activations or weights");
            }
        }
        this.inner = inner;
        this.objective = objective;
        this.rules = rules;
        this.start = SiteScales.of(
                inner.noise().stream().mapToDouble(SiteNoise::sigma).toArray());
        this.scales = start;
    }

    @Override
    public String name() {
        return inner.name() + "-learned-scales";
    }

    @Override
    public Parameters parameters() {
        return inner.parameters();
    }

    @Override
    public GradientTarget target() {
        return inner.target();
    }

    /** What every step costs; probes come on top, see {@link ScaleObjective.EstimatorVariance}. */
    @Override
    public SamplingCost cost() {
        return inner.cost();
    }

    /**
     * The state: what later steps depend on.
     *
     * @return the scales that the next step begins with
     */
    public SiteScales scales() {
        return scales;
    }

    /**
     * Goes on from a state.
     *
     * @param state from {@link #scales} of an equally configured estimator
     */
    public void restore(SiteScales state) {
        if (state.sites() != start.sites()) {
            throw new IllegalArgumentException("state has " + state.sites() + " sites, expected " + start.sites());
        }
        scales = state;
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        LikelihoodRatioStep open = inner.begun(step, examples, key, ledger, noise());
        if (objective instanceof ScaleObjective.EstimatorVariance variance && step % variance.interval() == 0) {
            scales = probed(variance, open, examples.length);
            open = open.with(noise());
        }
        return new LearningStep(open);
    }

    private List<SiteNoise> noise() {
        List<SiteNoise> noise = new ArrayList<>();
        for (int j = 0; j < scales.sites(); j++) {
            noise.add(inner.noise().get(j).withSigma((float) scales.sigma(j)));
        }
        return noise;
    }

    /** D_ij = v̂_ij / a_ij, of which means over the batch are taken as Σ_i v̂_ij / Σ_i a_ij: a_ij hardly differs among examples. */
    private SiteScales probed(ScaleObjective.EstimatorVariance variance, LikelihoodRatioStep open, int batch) {
        List<SiteNoise> noise = noise();
        double[][] found = open.probe(Allocation.equal(batch, batch), noise);
        double[] inputNorms = open.directionNorms(noise);
        double[] slopes = new double[inputNorms.length];
        for (int j = 0; j < slopes.length; j++) {
            for (double[] ofExample : found) {
                slopes[j] += ofExample[j] / (batch * inputNorms[j]);
            }
        }
        return variance.update(scales, inputNorms, slopes);
    }

    private final class LearningStep implements Step {
        private final LikelihoodRatioStep open;

        LearningStep(LikelihoodRatioStep open) {
            this.open = open;
        }

        @Override
        public StepSignals signals() {
            return open.signals();
        }

        @Override
        public GradientEstimate pilot(Allocation allocation) {
            return open.pilot(allocation);
        }

        @Override
        public GradientEstimate estimate(Allocation allocation) {
            if (objective instanceof ScaleObjective.SmoothedLoss smoothed) {
                LikelihoodRatioStep.Measured found = open.measured(allocation, rules);
                scales = smoothed.update(scales, start, Objects.requireNonNull(found.scaleGradient()));
                return found.estimate().estimate();
            }
            return open.estimate(allocation);
        }
    }
}
