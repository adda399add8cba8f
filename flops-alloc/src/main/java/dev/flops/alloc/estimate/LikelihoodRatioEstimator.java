package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.LabelledExamples;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.SiteAllocation;
import dev.flops.api.StepSignals;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Site;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The likelihood-ratio (LR) estimator with perturbed activations (Jiang et al., ICLR 2024, arXiv 2305.08960; Ren et
 * al., ICLR 2025, arXiv 2410.05966).
 *
 * <p>At a site a = W h + b is replaced by a + σ ε, ε ~ N(0, I). With loss weights w,
 *
 * <pre>
 *   ∇_W E[ℓ] = E[ w (ε/σ) hᵀ ],   ∇_b E[ℓ] = E[ w ε/σ ]
 *   ĝ = (1/B) Σ_i (1/n_i) Σ_k g_ik
 * </pre>
 *
 * It is unbiased for the gradient of the loss smoothed by the perturbation of that site (layer-wise) or of all sites.
 * Every example and sample has noise of its own, so that tr Cov(ĝ) = (1/B²) Σ v_i/n_i and samples may be allocated per
 * example.
 *
 * <p>The clean forward of a step records the prefixes; it costs B queries and yields the baseline ℓ_i(θ).
 */
public final class LikelihoodRatioEstimator implements GradientEstimator {
    private final Network network;
    private final Parameters trained;
    private final LabelledExamples data;
    private final TensorOps ops;
    private final Workers workers;
    private final LikelihoodRatioConfig config;
    private final EstimatorRules rules;
    private final List<Site> sites;
    private final PackedParameters packed;
    private final CleanForward clean;
    private final Workspace[] workspaces;

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

    LikelihoodRatioEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers,
            LikelihoodRatioConfig config,
            EstimatorRules rules) {
        if (!trained.sharesValuesWith(network.parameters())) {
            throw new IllegalArgumentException("trained is not a selection of the parameters of " + network.name());
        }
        if (!Arrays.equals(data.exampleShape(), network.inputShape().toArray())) {
            throw new IllegalArgumentException("data.exampleShape = " + Arrays.toString(data.exampleShape())
                    + ", expected " + network.inputShape() + " as the network " + network.name() + " takes");
        }
        this.network = network;
        this.trained = trained;
        this.data = data;
        this.ops = ops;
        this.workers = workers;
        this.config = config;
        this.rules = rules;
        this.sites = trainedSites(network, trained);
        this.packed = new PackedParameters(ops, network);
        this.clean = new CleanForward(network, data, ops);
        this.workspaces = new Workspace[workers.count()];
        Arrays.setAll(workspaces, worker -> new Workspace());
    }

    private static List<Site> trainedSites(Network network, Parameters trained) {
        List<Site> sites = network.sites().stream()
                .filter(site -> site.contraction().parameters().stream()
                        .anyMatch(p -> trained.get(p.name()).trainable()))
                .toList();
        Set<String> covered = new HashSet<>();
        for (Site site : sites) {
            for (Parameter p : site.contraction().parameters()) {
                if (!covered.add(p.name())) {
                    throw new IllegalArgumentException("parameter " + p.name() + " stands behind two sites, of which "
                            + site.name() + " is one; expected one site per parameter");
                }
            }
        }
        for (Parameter p : trained.list()) {
            if (p.trainable() && !covered.contains(p.name())) {
                throw new IllegalArgumentException(
                        "parameter " + p.name() + " has no perturbation site; expected it to be frozen");
            }
        }
        return sites;
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
        return GradientTarget.SMOOTHED_GRADIENT;
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

    /**
     * The sites that are perturbed, in the order of {@link SiteStep}.
     *
     * @return those with a trained parameter
     */
    public List<Site> sites() {
        return sites;
    }

    private BatchStep begun(int step, int[] examples, RandomKey key, CostLedger ledger) {
        requireDistinct(examples);
        long begun = System.nanoTime();
        packed.refresh(workers);
        clean.run(step, examples, packed, workers);
        ledger.addQueries(CostLedger.Kind.CLEAN, examples.length);
        ledger.addFlops(clean.flops());
        ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
        StepSignals signals = new StepSignals(step, examples.clone(), clean.losses(), clean.errorNorms());
        return new BatchStep(signals, key, ledger);
    }

    private void requireDistinct(int[] examples) {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < examples.length; i++) {
            if (examples[i] < 0 || examples[i] >= data.size()) {
                throw new IllegalArgumentException(
                        "examples[" + i + "] = " + examples[i] + ", expected 0 <= example < " + data.size());
            }
            if (!seen.add(examples[i])) {
                throw new IllegalArgumentException("examples[" + i + "] = " + examples[i]
                        + " appears twice, expected distinct examples: their perturbations would be the same");
            }
        }
    }

    private final class BatchStep implements SiteStep {
        private final StepSignals signals;
        private final RandomKey key;
        private final CostLedger ledger;

        BatchStep(StepSignals signals, RandomKey key, CostLedger ledger) {
            this.signals = signals;
            this.key = key;
            this.ledger = ledger;
        }

        @Override
        public StepSignals signals() {
            return signals;
        }

        @Override
        public GradientEstimate estimate(Allocation allocation) {
            return sampled(allocation, key, CostLedger.Kind.PERTURBED);
        }

        @Override
        public SiteEstimate estimate(SiteAllocation allocation) {
            return layerWise(allocation, key, CostLedger.Kind.PERTURBED);
        }

        @Override
        public double[] siteCosts() {
            double[] costs = new double[sites.size()];
            Arrays.setAll(
                    costs,
                    j -> config.scheme().queries() * clean.suffixFlops(sites.get(j))
                            + 2 * clean.outputElements(sites.get(j)));
            return costs;
        }

        @Override
        public GradientEstimate pilot(Allocation allocation) {
            return sampled(allocation, key.forPurpose(RandomKey.Purpose.PILOT), CostLedger.Kind.PILOT);
        }

        private GradientEstimate sampled(Allocation allocation, RandomKey noise, CostLedger.Kind kind) {
            if (config.mode() == SiteMode.LAYER_WISE) {
                return layerWise(SiteAllocation.same(allocation, sites.size()), noise, kind)
                        .estimate();
            }
            requireBatch(allocation.examples());
            LongAdder flops = new LongAdder();
            float[] gradient = new float[trained.dimension()];
            double[] variances = new double[signals.batchSize()];
            new AllSitesSampling(context(flops), plan(allocation, noise)).estimate(gradient, variances, ledger);
            return finished(gradient, variances, kind, allocation.total(), flops.sum());
        }

        private SiteEstimate layerWise(SiteAllocation allocation, RandomKey noise, CostLedger.Kind kind) {
            requireBatch(allocation.examples());
            if (allocation.sites() != sites.size()) {
                throw new IllegalArgumentException(
                        "allocation has " + allocation.sites() + " sites, expected " + sites.size());
            }
            SamplePlan[] plans = new SamplePlan[sites.size()];
            Arrays.setAll(plans, j -> plan(allocation.site(j), noise));
            LongAdder flops = new LongAdder();
            float[] gradient = new float[trained.dimension()];
            double[][] siteVariances = new double[signals.batchSize()][sites.size()];
            new LayerWiseSampling(context(flops), plans).estimate(gradient, siteVariances, ledger);
            double[] variances = new double[signals.batchSize()];
            Arrays.setAll(variances, i -> sum(siteVariances[i]));
            return new SiteEstimate(
                    finished(gradient, variances, kind, allocation.total(), flops.sum()), siteVariances);
        }

        private void requireBatch(int examples) {
            if (examples != signals.batchSize()) {
                throw new IllegalArgumentException(
                        "allocation has " + examples + " examples, expected " + signals.batchSize());
            }
        }

        private SamplePlan plan(Allocation allocation, RandomKey noise) {
            return new SamplePlan(
                    signals.step(),
                    signals.examples(),
                    allocation,
                    noise,
                    config.scheme().queries());
        }

        private StepContext context(LongAdder flops) {
            return new StepContext(
                    signals.step(),
                    signals.examples(),
                    network,
                    sites,
                    config,
                    rules,
                    ops,
                    packed,
                    clean,
                    workers,
                    workspaces,
                    flops);
        }

        private GradientEstimate finished(
                float[] gradient, double[] variances, CostLedger.Kind kind, long samples, long flops) {
            ledger.addQueries(kind, samples * config.scheme().queries());
            ledger.addFlops(flops);
            ledger.observeBytes(bytes() + 2L * gradient.length * Float.BYTES);
            clearFrozen(gradient);
            requireFinite(gradient);
            return new GradientEstimate(gradient, variances, mean(signals.cleanLosses()));
        }

        private void clearFrozen(float[] gradient) {
            for (Parameter p : trained.list()) {
                if (!p.trainable()) {
                    Arrays.fill(gradient, p.offset(), p.offset() + p.length(), 0f);
                }
            }
        }

        private void requireFinite(float[] gradient) {
            for (Parameter p : trained.list()) {
                for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                    if (!Float.isFinite(gradient[d])) {
                        throw new NumericalException("gradient[" + (d - p.offset()) + "] of " + p.name() + " = "
                                + gradient[d] + " in step " + signals.step());
                    }
                }
            }
        }
    }

    private long bytes() {
        long bytes = packed.bytes() + clean.bytes();
        for (Workspace workspace : workspaces) {
            bytes += workspace.bytes();
        }
        return bytes;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
