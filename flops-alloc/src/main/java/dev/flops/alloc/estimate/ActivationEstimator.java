package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import dev.flops.tensor.Shape;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.network.Recording;
import dev.flops.tensor.network.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lifts any estimator of parameter space to the activations of a network, one site at a time. At site j the activations a_ij of
 * example i are the point, the forward behind the site is a black box of that example alone, and an estimator of the site's own
 * ({@link SiteEstimatorFactory}: {@link ParameterEstimator} with any directions, difference and baseline,
 * {@link RankShapedEstimator}) estimates ∂ℓ_i/∂a_ij from n_i samples. The Jacobian of the site itself does the rest:
 *
 * <pre>
 *   Δ̂_ij = (1/n_i) Σ_k (sample k of ∂ℓ_i/∂a_ij)          w ε/σ for one direction
 *   ∇_θ  = (1/B) Σ_i ω_i J(h_ij)ᵀ Δ̂_ij                    ∇_W = (1/B) Σ_i Δ̂_ij h_ijᵀ for a = W h + b
 * </pre>
 *
 * <p>With Gaussian directions this is the layer-wise estimate of {@link LikelihoodRatioEstimator}, which runs the samples of many
 * examples in one product and is the faster one; other directions, differences and baselines are the reason for this class.
 *
 * <p>Target: that of the sites' estimators, for the loss as a function of each site's activations; chosen coordinates, which are
 * no partial derivatives of weights, make it {@link GradientTarget#BIASED}. Every sample of every site and example has noise of its own, under the key (key, site) → (step, example) → sample, so that
 * independence is that of the sites' estimators: tr Cov(ĝ) = (1/B²) Σ_i (1/n_i) Σ_j v_ij where theirs is
 * {@link SampleIndependence#INDEPENDENT}.
 *
 * <p>Queries: one clean forward per example serves all sites, as the record of prefixes and as clean loss of every baseline; a sample costs
 * at each site what the site's estimator asks, a query being one forward behind the site. Sets of directions may grow with the number of activations: a coordinate-wise
 * estimate of T × m activations asks 2 T m queries.
 *
 * <p>v̂_ij is v̂ of the site's estimator times E‖J(h)ᵀu‖² over directions u of length 1, ‖H‖²/T for a linear layer with T
 * operands H = [x 1] and m features: exact in expectation for isotropic single directions but for the ‖ΔᵀH‖² of squared means, by which it is short, like v̂ of the likelihood ratio.
 */
public final class ActivationEstimator implements GradientEstimator {
    private final Network network;
    private final Parameters trained;
    private final LabelledExamples data;
    private final TensorOps ops;
    private final Workers workers;
    private final ActivationRules rules;
    private final PackedParameters packed;
    private final CleanForward clean;
    private final List<ActivationSite> sites;
    private final Replayer[] replayers;

    /**
     * An estimator for one network on one data set, under the cross-entropy of its labels.
     *
     * <p>One forward of an input of zeros finds the shapes of the activations; it looks at no example and is no query.
     *
     * @param network the network
     * @param trained the network's parameters, or a selection of them: sites without a trained parameter are not
     *     perturbed
     * @param data the examples
     * @param ops tensor operations
     * @param workers run the sites side by side; they change no result
     * @param config configuration
     * @throws IllegalArgumentException if a site's estimator does not fit its activations or cannot be lifted; the message names the site and says why
     */
    public ActivationEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            TensorOps ops,
            Workers workers,
            ActivationEstimatorConfig config) {
        this(network, trained, data, new CrossEntropyLoss(data, ops), ops, workers, config);
    }

    /**
     * An estimator under a loss that may couple the examples of a batch; {@link BatchLoss} says what the loss of an example is then.
     *
     * @param network the network
     * @param trained the network's parameters, or a selection of them
     * @param data the examples, whose labels are not used
     * @param loss the loss of the network's outputs
     * @param ops tensor operations
     * @param workers run the sites side by side; they change no result
     * @param config configuration
     * @throws IllegalArgumentException if a site's estimator does not fit its activations or cannot be lifted
     */
    public ActivationEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            BatchLoss loss,
            TensorOps ops,
            Workers workers,
            ActivationEstimatorConfig config) {
        this(network, trained, data, loss, ops, workers, config, ActivationRules.RIGHT);
    }

    ActivationEstimator(
            Network network,
            Parameters trained,
            LabelledExamples data,
            BatchLoss loss,
            TensorOps ops,
            Workers workers,
            ActivationEstimatorConfig config,
            ActivationRules rules) {
        TrainedSites.requireFitting(network, trained, data);
        this.network = network;
        this.trained = trained;
        this.data = data;
        this.ops = ops;
        this.workers = workers;
        this.rules = rules;
        this.packed = new PackedParameters(ops, network);
        this.clean = new CleanForward(network, data, loss, ops, packed, config.recordedExamples());
        this.sites = sites(config.estimators());
        ActivationChecks.requireCompatible(sites);
        this.replayers = new Replayer[workers.count()];
        Arrays.setAll(replayers, worker -> new Replayer(ops, packed));
    }

    private List<ActivationSite> sites(SiteEstimatorFactory factory) {
        Recording shapes = shapes();
        List<ActivationSite> found = new ArrayList<>();
        for (Site site : TrainedSites.of(network, trained)) {
            Parameters activations = activations(site, shapes.siteOutput(site).shape());
            SuffixObjective suffix = new SuffixObjective(network, clean, site, activations.dimension(), data.size());
            found.add(ActivationSite.of(site, activations, suffix, factory));
        }
        return List.copyOf(found);
    }

    private Recording shapes() {
        packed.refresh(workers);
        Workspace workspace = new Workspace();
        var input = workspace.take(network.inputShape().withLeading(1));
        Arrays.fill(input.array(), input.offset(), input.offset() + input.elements(), 0f);
        Recording recording = new Recording();
        ForwardContext.recording(ops, packed, workspace, recording).run(network, input);
        return recording;
    }

    /** (m), or (T, m) of several tokens or positions. */
    private static Parameters activations(Site site, Shape output) {
        int features = output.extent(output.rank() - 1);
        int tokens = output.elements() / output.extent(0) / features;
        Parameters.Builder builder = Parameters.builder();
        if (tokens == 1) {
            builder.add(site.name(), features);
        } else {
            builder.add(site.name(), tokens, features);
        }
        return builder.build();
    }

    @Override
    public String name() {
        return "activations-" + sites.getFirst().estimator().name();
    }

    @Override
    public Parameters parameters() {
        return trained;
    }

    @Override
    public GradientTarget target() {
        return ActivationChecks.target(sites);
    }

    @Override
    public SampleIndependence independence() {
        return sites.getFirst().estimator().independence();
    }

    /** One clean query, and per sample what the estimators of all sites ask. */
    @Override
    public SamplingCost cost() {
        int queries = 0;
        int minimum = 1;
        for (ActivationSite site : sites) {
            SamplingCost cost = site.estimator().cost();
            queries = Math.addExact(queries, cost.queriesPerSample());
            minimum = Math.max(minimum, cost.minimumSamples());
        }
        return new SamplingCost(1, queries, minimum);
    }

    /** What the sites' estimators remember, under the names of the sites. */
    @Override
    public Stateful state() {
        boolean none = sites.stream().allMatch(site -> site.estimator().state().equals(Stateful.NONE));
        return none ? Stateful.NONE : new Memory();
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        EstimatorChecks.requireBatch(examples, data.size());
        long begun = System.nanoTime();
        packed.refresh(workers);
        int[] batch = examples.clone();
        clean.run(step, batch, workers);
        ledger.addQueries(CostLedger.Kind.CLEAN, batch.length);
        ledger.addFlops(clean.flops());
        ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
        return new ActivationStep(this, step, batch, key, ledger);
    }

    List<ActivationSite> sites() {
        return sites;
    }

    CleanForward clean() {
        return clean;
    }

    PackedParameters packed() {
        return packed;
    }

    TensorOps ops() {
        return ops;
    }

    Workers workers() {
        return workers;
    }

    Replayer[] replayers() {
        return replayers;
    }

    ActivationRules rules() {
        return rules;
    }

    private final class Memory implements Stateful {
        @Override
        public void saveTo(StateArrays out) {
            for (ActivationSite site : sites) {
                site.estimator().state().saveTo(out.scope(site.site().name()));
            }
        }

        @Override
        public void restoreFrom(StateArrays in) {
            for (ActivationSite site : sites) {
                site.estimator().state().restoreFrom(in.scope(site.site().name()));
            }
        }
    }
}
