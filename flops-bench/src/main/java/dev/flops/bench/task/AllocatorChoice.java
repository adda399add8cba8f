package dev.flops.bench.task;

import dev.flops.alloc.allocate.AllocationSignal;
import dev.flops.alloc.allocate.BernoulliAllocator;
import dev.flops.alloc.allocate.BiasedPooledControl;
import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.FactoredSiteAllocator;
import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Learned;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.alloc.allocate.GaussianParameters;
import dev.flops.alloc.allocate.ImportanceAllocator;
import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.SiteNeymanAllocator;
import dev.flops.alloc.allocate.SwitchOnRule;
import dev.flops.alloc.allocate.SwitchedAllocator;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.PilotEstimator;
import dev.flops.alloc.estimate.SiteAllocatedEstimator;
import dev.flops.api.AllocatorState;
import dev.flops.api.GradientEstimator;
import dev.flops.api.QueryAllocator;
import dev.flops.api.SampleIndependence;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How a task spends its budget over the examples of a batch, and over the sites of the network. */
public enum AllocatorChoice {
    /** The Gaussian allocator: learns four numbers online. */
    GAUSSIAN,
    /** The Gaussian allocator with the likelihood-ratio gradient of its reward instead of the pathwise one. */
    GAUSSIAN_LIKELIHOOD_RATIO,
    /** The same with the positive part as link, as in the paper's published code. */
    GAUSSIAN_POSITIVE_PART,
    /** Ablation: of φ only w is learned; s is at its floor. */
    GAUSSIAN_SLOPE_ONLY,
    /** Ablation: w stays 0, so that shares follow nothing but the noise; b, s and ℓ are learned. */
    GAUSSIAN_WITHOUT_SLOPE,
    /** Control: φ is fixed at w = ½ with s at its floor; nothing is learned. */
    GAUSSIAN_FIXED,
    /** Equal shares. */
    EQUAL,
    /** The integer optimum for remembered variances. */
    NEYMAN,
    /** The same for EL2N, the norm of the error of the clean forward. */
    NEYMAN_EL2N,
    /** The same for the clean loss. */
    NEYMAN_LOSS,
    /** The same for a pilot of one sample per example, which is spent for that alone. */
    NEYMAN_PILOT,
    /** The Bernoulli allocator, p = ½. */
    BERNOULLI,
    /** Importance sampling of examples by remembered variances, a fifth of it uniform. */
    IMPORTANCE,
    /** The Gaussian allocator while its gain pays for its operations, equal shares otherwise. */
    SWITCHED,
    /** Examples and sites together by remembered variances, at equal queries. */
    SITES,
    /** The shares of the Gaussian allocator times those of the sites, at equal queries. */
    FACTORED_SITES,
    /** The biased control: the samples of {@link #NEYMAN}, pooled. */
    POOLED_BIASED;

    private static final double UNIFORM_PART = 0.2;
    private static final double HALVING = 0.5;
    private static final double FIXED_SLOPE = 0.5;
    private static final GaussianAllocatorConfig GAUSSIAN_CONFIG = GaussianAllocatorConfig.defaults();

    /**
     * A new allocator of examples with its default configuration.
     *
     * @return the allocator
     */
    public QueryAllocator create() {
        return switch (this) {
            case GAUSSIAN, FACTORED_SITES -> gaussian();
            case GAUSSIAN_LIKELIHOOD_RATIO ->
                new GaussianAllocator(GAUSSIAN_CONFIG.with(Link.SOFTMAX, Gradient.LIKELIHOOD_RATIO));
            case GAUSSIAN_POSITIVE_PART ->
                new GaussianAllocator(GAUSSIAN_CONFIG.with(Link.POSITIVE_PART, Gradient.LIKELIHOOD_RATIO));
            case GAUSSIAN_SLOPE_ONLY ->
                new GaussianAllocator(GAUSSIAN_CONFIG.withInitial(atFloor(0)).withLearned(EnumSet.of(Learned.SLOPE)));
            case GAUSSIAN_WITHOUT_SLOPE ->
                new GaussianAllocator(GAUSSIAN_CONFIG.withLearned(EnumSet.complementOf(EnumSet.of(Learned.SLOPE))));
            case GAUSSIAN_FIXED ->
                new GaussianAllocator(
                        GAUSSIAN_CONFIG.withInitial(atFloor(FIXED_SLOPE)).withLearningRate(0));
            case EQUAL, SITES -> new EqualAllocator();
            case NEYMAN -> new NeymanAllocator();
            case NEYMAN_EL2N -> new NeymanAllocator(AllocationSignal.ERROR_NORM);
            case NEYMAN_LOSS -> new NeymanAllocator(AllocationSignal.LOSS);
            case NEYMAN_PILOT -> new NeymanAllocator(AllocationSignal.PILOT);
            case BERNOULLI -> new BernoulliAllocator(HALVING);
            case IMPORTANCE -> new ImportanceAllocator(AllocationSignal.REMEMBERED, UNIFORM_PART);
            case SWITCHED -> new SwitchedAllocator(gaussian(), SwitchOnRule.defaults());
            case POOLED_BIASED -> new BiasedPooledControl(new NeymanAllocator());
        };
    }

    private static QueryAllocator gaussian() {
        return new GaussianAllocator(GAUSSIAN_CONFIG);
    }

    private static GaussianParameters atFloor(double slope) {
        GaussianParameters initial = GAUSSIAN_CONFIG.initial();
        return new GaussianParameters(
                slope, initial.offset(), StrictMath.log(GAUSSIAN_CONFIG.scaleFloor()), initial.logLength());
    }

    /**
     * What the choice adds to an estimator: a pilot, or the refinement of allocations over sites.
     *
     * @param inner the estimator
     * @param minimum samples that each example receives at each site at least
     * @param examples size of the data set
     * @param memoryWeight weight of the newest variance in what is remembered of an example and site, in (0, 1]
     * @return the estimator to train with, {@code inner} itself for most choices
     * @throws IllegalArgumentException if the choice does not go with the estimator: it allocates unequally where samples are
     *     not independent, or needs a layer-wise estimator and a layer-wise one it is not
     */
    public GradientEstimator estimator(GradientEstimator inner, int minimum, int examples, double memoryWeight) {
        if (this != EQUAL && inner.independence() != SampleIndependence.INDEPENDENT) {
            throw new IllegalArgumentException("allocator = " + this + " with estimator = " + inner.name()
                    + ", expected equal: its samples are " + inner.independence());
        }
        SiteAllocatedEstimator.Unit unit = SiteAllocatedEstimator.Unit.QUERIES;
        return switch (this) {
            case NEYMAN_PILOT -> new PilotEstimator(inner, inner.cost().minimumSamples(), PilotEstimator.Use.SPLIT);
            case SITES ->
                new SiteAllocatedEstimator(
                        layerWise(inner), new SiteNeymanAllocator(), unit, minimum, examples, memoryWeight);
            case FACTORED_SITES ->
                new SiteAllocatedEstimator(
                        layerWise(inner), new FactoredSiteAllocator(), unit, minimum, examples, memoryWeight);
            default -> inner;
        };
    }

    private LikelihoodRatioEstimator layerWise(GradientEstimator inner) {
        if (inner instanceof LikelihoodRatioEstimator likelihoodRatio) {
            return likelihoodRatio;
        }
        throw new IllegalArgumentException("allocator = " + this + " with estimator = " + inner.name()
                + ", expected an estimator with perturbation sites");
    }

    /**
     * What an allocator of this kind has learned.
     *
     * @param state its state
     * @return the learned parameters by name, in their order; empty if it learns nothing
     */
    public Map<String, Double> learned(AllocatorState state) {
        Map<String, Double> phi = new LinkedHashMap<>();
        if (this == SWITCHED) {
            phi.put("squaredCv", SwitchedAllocator.squaredCv(state));
        } else if (create() instanceof GaussianAllocator) {
            GaussianParameters parameters = GaussianAllocator.parameters(state);
            phi.put("w", parameters.slope());
            phi.put("b", parameters.offset());
            phi.put("logScale", parameters.logScale());
            phi.put("logLength", parameters.logLength());
        }
        return phi;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
