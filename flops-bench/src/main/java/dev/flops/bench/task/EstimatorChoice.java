package dev.flops.bench.task;

import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.RandomCoordinateDirections;
import dev.flops.alloc.estimate.Difference;
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
    /** SPSA in parameter space, Rademacher directions of each example's own; trains all parameters. */
    SPSA,
    /** SPSA with seed replay and Gaussian directions that the batch shares. */
    MEZO,
    /** Evolution strategies with ranks over the batch; trains all parameters. */
    ES,
    /** Coordinate-wise differences (CGE), one random coordinate per sample; trains all parameters. */
    CGE;

    private static final int QUERIES_PER_CALL = 64;
    private static final int PILOT_SAMPLES = 2;
    private static final int PILOT_INTERVAL = 100;
    private static final List<PerturbedSpace> CANDIDATES =
            List.of(new PerturbedSpace.Activations(), new PerturbedSpace.Weights());

    /**
     * How a sample may be formed.
     *
     * @return the schemes, the usual one first
     */
    public List<SchemeChoice> schemes() {
        return switch (this) {
            case LR_LAYERWISE, LR_ALL_SITES -> List.of(SchemeChoice.CLEAN, SchemeChoice.ANTITHETIC);
            case SPSA, CGE -> List.of(SchemeChoice.ANTITHETIC, SchemeChoice.CLEAN);
            case MEZO, ES -> List.of(SchemeChoice.ANTITHETIC);
        };
    }

    /**
     * Whether it perturbs the sites of a network.
     *
     * @return true for the likelihood ratio
     */
    public boolean hasSites() {
        return this == LR_LAYERWISE || this == LR_ALL_SITES;
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
            case LR_LAYERWISE ->
                inSpace(
                        config.space(),
                        new LikelihoodRatioEstimator(
                                network, trained, data, ops, workers, likelihoodRatio(config, SiteMode.LAYER_WISE)));
            case LR_ALL_SITES ->
                new LikelihoodRatioEstimator(
                        network, trained, data, ops, workers, likelihoodRatio(config, SiteMode.ALL_SITES));
            case SPSA ->
                new ParameterEstimator(
                        new NetworkBlackBox(network, data, ops, workers),
                        trained,
                        ops,
                        differences(config, new RademacherDirections()));
            case CGE ->
                new ParameterEstimator(
                        new NetworkBlackBox(network, data, ops, workers),
                        trained,
                        ops,
                        differences(config, new RandomCoordinateDirections(1)));
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

    private static GradientEstimator inSpace(SpaceChoice space, LikelihoodRatioEstimator layerWise) {
        return switch (space) {
            case ACTIVATIONS -> layerWise;
            case MEASURED -> new MeasuredSpaceEstimator(layerWise, CANDIDATES, PILOT_SAMPLES, PILOT_INTERVAL);
        };
    }

    private static LikelihoodRatioConfig likelihoodRatio(EstimatorConfig config, SiteMode mode) {
        return new LikelihoodRatioConfig(mode, config.scheme().scheme(), config.sigma(), config.samplesPerChunk())
                .withScales(config.scale().objective());
    }

    private static ParameterEstimatorConfig differences(EstimatorConfig config, Directions directions) {
        return switch (config.scheme()) {
            case CLEAN -> ParameterEstimatorConfig.forward(directions, config.sigma());
            case ANTITHETIC -> ParameterEstimatorConfig.central(directions, config.sigma());
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
