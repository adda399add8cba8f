package dev.flops.bench.task;

import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.estimate.Difference;
import dev.flops.alloc.estimate.LearnedScaleEstimator;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.MeasuredSpaceEstimator;
import dev.flops.alloc.estimate.MezoConfig;
import dev.flops.alloc.estimate.MezoEstimator;
import dev.flops.alloc.estimate.NetworkBlackBox;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.PerturbedSpace;
import dev.flops.alloc.estimate.RankScope;
import dev.flops.alloc.estimate.RankShapedConfig;
import dev.flops.alloc.estimate.RankShapedEstimator;
import dev.flops.alloc.estimate.ScaleObjective;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimator;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.util.List;
import java.util.Locale;

/** Which estimator a task uses. */
public enum EstimatorChoice {
    /** Likelihood ratio, one site at a time, with reuse of the clean prefix. */
    LR_LAYERWISE,
    /** Likelihood ratio, all sites in one forward. */
    LR_ALL_SITES,
    /** All sites in one forward, the scale of each learned for the variance of the estimate; probes come on top of the budget. */
    LR_ALL_SITES_VARIANCE,
    /** All sites in one forward, the scale of each learned for the smoothed loss. */
    LR_ALL_SITES_LOSS,
    /** Likelihood ratio, one site at a time, weights perturbed in place of activations. */
    LR_LAYERWISE_WEIGHTS,
    /** One site at a time, each in activations or weights, as measured; probes come on top of the budget. */
    LR_LAYERWISE_MEASURED,
    /** SPSA in parameter space, Rademacher directions of each example's own; trains all parameters. */
    SPSA,
    /** SPSA with seed replay and Gaussian directions that the batch shares. */
    MEZO,
    /** Evolution strategies with ranks over the batch; trains all parameters. */
    ES;

    private static final int QUERIES_PER_CALL = 64;
    private static final int PROBE_INTERVAL = 100;
    private static final double PROBE_WEIGHT = 0.5;
    private static final double SCALE_RANGE = 16;
    private static final double SCALE_RATE = 1e-3;

    /**
     * How a sample may be formed.
     *
     * @return the schemes, the usual one first
     */
    public List<SchemeChoice> schemes() {
        return switch (this) {
            case LR_LAYERWISE,
                    LR_ALL_SITES,
                    LR_ALL_SITES_VARIANCE,
                    LR_ALL_SITES_LOSS,
                    LR_LAYERWISE_WEIGHTS,
                    LR_LAYERWISE_MEASURED -> List.of(SchemeChoice.CLEAN, SchemeChoice.ANTITHETIC);
            case SPSA -> List.of(SchemeChoice.ANTITHETIC, SchemeChoice.CLEAN);
            case MEZO, ES -> List.of(SchemeChoice.ANTITHETIC);
        };
    }

    /** The estimator for a network on its examples. */
    GradientEstimator create(
            EstimatorConfig config,
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers) {
        return switch (this) {
            case LR_LAYERWISE,
                    LR_ALL_SITES,
                    LR_ALL_SITES_VARIANCE,
                    LR_ALL_SITES_LOSS,
                    LR_LAYERWISE_WEIGHTS,
                    LR_LAYERWISE_MEASURED ->
                adapted(new LikelihoodRatioEstimator(network, trained, data, ops, workers, likelihoodRatio(config)));
            case SPSA ->
                new ParameterEstimator(new NetworkBlackBox(network, data, ops, workers), trained, ops, spsa(config));
            case MEZO ->
                new MezoEstimator(
                        new NetworkBlackBox(network, data, ops, workers),
                        trained,
                        ops,
                        new MezoConfig(Distribution.GAUSSIAN, config.sigma(), true));
            case ES ->
                new RankShapedEstimator(
                        new NetworkBlackBox(network, data, ops, workers), trained, ops, rankShaped(config));
        };
    }

    private LikelihoodRatioConfig likelihoodRatio(EstimatorConfig config) {
        SiteMode mode = switch (this) {
            case LR_ALL_SITES, LR_ALL_SITES_VARIANCE, LR_ALL_SITES_LOSS -> SiteMode.ALL_SITES;
            default -> SiteMode.LAYER_WISE;
        };
        return new LikelihoodRatioConfig(mode, config.scheme().scheme(), config.sigma(), config.samplesPerChunk());
    }

    /** What the choice lets the sites learn. */
    private GradientEstimator adapted(LikelihoodRatioEstimator plain) {
        return switch (this) {
            case LR_ALL_SITES_VARIANCE ->
                new LearnedScaleEstimator(
                        plain, new ScaleObjective.EstimatorVariance(PROBE_INTERVAL, PROBE_WEIGHT, SCALE_RANGE));
            case LR_ALL_SITES_LOSS ->
                new LearnedScaleEstimator(plain, new ScaleObjective.SmoothedLoss(SCALE_RATE, SCALE_RANGE));
            case LR_LAYERWISE_WEIGHTS ->
                new MeasuredSpaceEstimator(plain, List.of(new PerturbedSpace.Weights()), 1, PROBE_INTERVAL);
            case LR_LAYERWISE_MEASURED ->
                new MeasuredSpaceEstimator(
                        plain,
                        List.of(new PerturbedSpace.Activations(), new PerturbedSpace.Weights()),
                        1,
                        PROBE_INTERVAL);
            default -> plain;
        };
    }

    private static ParameterEstimatorConfig spsa(EstimatorConfig config) {
        return switch (config.scheme()) {
            case CLEAN -> ParameterEstimatorConfig.forward(new RademacherDirections(), config.sigma());
            case ANTITHETIC -> ParameterEstimatorConfig.central(new RademacherDirections(), config.sigma());
        };
    }

    private static RankShapedConfig rankShaped(EstimatorConfig config) {
        return new RankShapedConfig(
                new GaussianDirections(), Difference.CENTRAL, RankScope.BATCH, config.sigma(), QUERIES_PER_CALL);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
