package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Site;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The likelihood-ratio (LR) estimator with perturbed activations (Jiang et al., ICLR 2024, arXiv 2305.08960; Ren et
 * al., ICLR 2025, arXiv 2410.05966).
 *
 * <p>At a site a = W h + b is replaced by a + σ ε, ε ~ N(0, I), or W and b themselves by W + σ E and b + σ e
 * ({@link PerturbedSpace}). With loss weights w,
 *
 * <pre>
 *   ∇_W E[ℓ] = E[ w (ε/σ) hᵀ ],   ∇_b E[ℓ] = E[ w ε/σ ]      activations
 *   ∇_W E[ℓ] = E[ w E/σ ],        ∇_b E[ℓ] = E[ w e/σ ]      weights
 *   ĝ = (1/B) Σ_i (1/n_i) Σ_k g_ik
 * </pre>
 *
 * It is unbiased for the gradient of the loss smoothed by the perturbation of that site (layer-wise) or of all sites; where a
 * site has low-rank weights, whose density is not Gaussian, for ∇ℓ up to O(σ²).
 * Every example and sample has noise of its own, so that tr Cov(ĝ) = (1/B²) Σ v_i/n_i and samples may be allocated per
 * example.
 *
 * <p>Scales are fixed, or learned for a stated {@link ScaleObjective} after each step: those of a step depend on earlier steps alone.
 *
 * <p>The clean forward of a step records the prefixes; it costs B queries and yields the baseline ℓ_i(θ).
 */
public final class LikelihoodRatioEstimator implements GradientEstimator {
    private final Parameters trained;
    private final LabelledExamples data;
    private final LikelihoodRatioConfig config;
    private final List<Site> sites;
    private final SiteScales scales;
    private final List<PerturbedSite> start;
    private final StepContext context;
    private final ScaleDerivative derivative;
    private final LayerWiseSampling layerWise;
    private final AllSitesSampling allSites;

    /**
     * An estimator for one network on one data set.
     *
     * @param network the network
     * @param trained the network's parameters, or a selection of them: sites without a trained parameter are not
     *     perturbed
     * @param data the examples
     * @param ops tensor operations
     * @param workers run independent work; they change no result
     * @param config configuration
     */
    public LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config) {
        this(network, trained, data, ops, workers, config, EstimatorRules.of(config.scheme()));
    }

    /**
     * An estimator with noise of its own at each site: in activations or weights, each with its scale.
     *
     * @param network the network
     * @param trained the network's parameters, or a selection of them: sites without a trained parameter are not
     *     perturbed
     * @param data the examples
     * @param ops tensor operations
     * @param workers run independent work; they change no result
     * @param config configuration, whose {@code sigma} is not used
     * @param noise one entry for each site with a trained parameter, in the order of {@link Network#sites}
     * @throws IllegalArgumentException if the number of entries is another, or weights are to be perturbed where there are none
     */
    public LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config,
            List<SiteNoise> noise) {
        this(network, trained, data, ops, workers, config, EstimatorRules.of(config.scheme()), List.copyOf(noise));
    }

    /**
     * An estimator for one network under a loss that may couple the examples of a batch; {@link BatchLoss} says what the loss of an
     * example is then.
     *
     * @param network the network
     * @param trained the network's parameters, or a selection of them: sites without a trained parameter are not
     *     perturbed
     * @param data the examples, whose labels are not used
     * @param loss the loss of the network's outputs
     * @param ops tensor operations
     * @param workers run independent work; they change no result
     * @param config configuration
     */
    public LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            BatchLoss loss,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config) {
        this(network, trained, data, loss, ops, workers, config, EstimatorRules.of(config.scheme()), null);
    }

    LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config,
            EstimatorRules rules) {
        this(network, trained, data, ops, workers, config, rules, null);
    }

    LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config,
            EstimatorRules rules,
            @Nullable List<SiteNoise> noise) {
        this(network, trained, data, new CrossEntropyLoss(data, ops), ops, workers, config, rules, noise);
    }

    LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            BatchLoss loss,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config,
            EstimatorRules rules,
            @Nullable List<SiteNoise> noise) {
        TrainedSites.requireFitting(network, trained, data);
        this.trained = trained;
        this.data = data;
        this.config = config;
        this.sites = TrainedSites.of(network, trained);
        List<SiteNoise> given =
                noise == null ? Collections.nCopies(sites.size(), SiteNoise.activations(config.sigma())) : noise;
        this.start = PerturbedSite.listOf(sites, given);
        this.scales = new SiteScales(config.scales(), given);
        PackedParameters packed = new PackedParameters(ops, network);
        CleanForward clean = new CleanForward(network, data, loss, ops, packed, config.recordedExamples());
        StepMemory memory = new StepMemory(ops, packed, workers.count(), sites.size());
        this.context = new StepContext(network, config, rules, ops, packed, clean, workers, memory);
        this.derivative = new ScaleDerivative(context);
        this.layerWise = new LayerWiseSampling(context, derivative);
        this.allSites = new AllSitesSampling(context, derivative);
    }

    @Override
    public String name() {
        return "likelihood-ratio";
    }

    @Override
    public Parameters parameters() {
        return trained;
    }

    @Override
    public GradientTarget target() {
        return noise().stream().anyMatch(site -> site.space() instanceof PerturbedSpace.LowRankWeights)
                ? GradientTarget.GRADIENT_TO_SECOND_ORDER
                : GradientTarget.SMOOTHED_GRADIENT;
    }

    @Override
    public SamplingCost cost() {
        int sitesPerSample = config.mode() == SiteMode.LAYER_WISE ? sites.size() : 1;
        return new SamplingCost(1, config.scheme().queries() * sitesPerSample, 1);
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        return begun(step, examples, key, ledger);
    }

    /**
     * Begins a step whose samples may be allocated to examples and sites together.
     *
     * @param step index of the step
     * @param examples indices of the batch in the data set, not modified
     * @param key key of the run's perturbations
     * @param ledger modified: receives what is spent
     * @return the step
     * @throws IllegalArgumentException if the estimator is not layer-wise
     */
    public SiteStep beginSites(int step, int[] examples, RandomKey key, CostLedger ledger) {
        requireLayerWise();
        return begun(step, examples, key, ledger);
    }

    void requireLayerWise() {
        if (config.mode() != SiteMode.LAYER_WISE) {
            throw new IllegalArgumentException("mode = " + config.mode() + ", expected " + SiteMode.LAYER_WISE
                    + ": all sites are perturbed by the same samples");
        }
    }

    void requirePlainNoise() {
        if (!(config.scales() instanceof ScaleObjective.Fixed)) {
            throw new IllegalArgumentException("scales = " + config.scales() + ", expected " + ScaleObjective.FIXED);
        }
        if (noise().stream().anyMatch(site -> !(site.space() instanceof PerturbedSpace.Activations))) {
            throw new IllegalArgumentException("noise = " + noise() + ", expected activations at every site");
        }
    }

    /**
     * The sites that are perturbed, in the order of {@link SiteStep}.
     *
     * @return those with a trained parameter
     */
    public List<Site> sites() {
        return sites;
    }

    /**
     * The noise of each site in the next step.
     *
     * @return in the order of {@link #sites}
     */
    public List<SiteNoise> noise() {
        return scales.noise();
    }

    /** Learned scales; nothing if they are fixed. */
    @Override
    public Stateful state() {
        return scales;
    }

    LikelihoodRatioStep begun(int step, int[] examples, RandomKey key, CostLedger ledger) {
        requireDistinct(examples);
        long begun = System.nanoTime();
        context.flops().reset(); // A step that has failed may have left some.
        context.parameters().refresh(context.workers());
        CleanForward clean = context.clean();
        clean.run(step, examples, context.workers());
        ledger.addQueries(CostLedger.Kind.CLEAN, examples.length);
        ledger.addFlops(clean.flops());
        ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
        StepSignals signals = new StepSignals(
                step, examples.clone(), clean.loss().losses(), clean.loss().errorNorms());
        List<PerturbedSite> perturbed = scales.isLearned() ? PerturbedSite.listOf(sites, scales.noise()) : start;
        return new LikelihoodRatioStep(this, perturbed, key, ledger, signals);
    }

    StepContext context() {
        return context;
    }

    ScaleDerivative derivative() {
        return derivative;
    }

    LayerWiseSampling layerWise() {
        return layerWise;
    }

    AllSitesSampling allSites() {
        return allSites;
    }

    /** By what the derivative has measured. */
    void learnScales() {
        scales.learn(derivative);
    }

    private void requireDistinct(int[] examples) {
        for (int i = 0; i < examples.length; i++) {
            if (examples[i] < 0 || examples[i] >= data.size()) {
                throw new IllegalArgumentException(
                        "examples[" + i + "] = " + examples[i] + ", expected 0 <= example < " + data.size());
            }
        }
        int[] sorted = context.memory().sorted(examples);
        for (int i = 1; i < examples.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException("examples[" + secondOf(sorted[i], examples) + "] = " + sorted[i]
                        + " appears twice, expected distinct examples: their perturbations would be the same");
            }
        }
    }

    /** Where an example appears for the second time. */
    private static int secondOf(int example, int[] examples) {
        int seen = 0;
        for (int i = 0; i < examples.length; i++) {
            if (examples[i] == example && ++seen == 2) {
                return i;
            }
        }
        throw new AssertionError(example);
    }
}
