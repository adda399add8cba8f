package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.api.SiteAllocation;
import dev.flops.api.StepSignals;
import dev.flops.tensor.Workspace;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of the likelihood-ratio estimator on one batch, after its clean forward. */
final class LikelihoodRatioStep implements SiteStep {
    private final StepContext context;
    private final Parameters trained;
    private final RandomKey key;
    private final CostLedger ledger;
    private final StepSignals signals;

    LikelihoodRatioStep(StepContext context, Parameters trained, RandomKey key, CostLedger ledger) {
        this.context = context;
        this.trained = trained;
        this.key = key;
        this.ledger = ledger;
        this.signals = new StepSignals(
                context.step(),
                context.examples(),
                context.clean().losses(),
                context.clean().errorNorms());
    }

    /**
     * An estimate with what its samples tell besides.
     *
     * @param scaleGradient derivative of the smoothed loss in log σ_j per site, or null if it was not asked for
     */
    record Measured(SiteEstimate estimate, double @Nullable [] scaleGradient) {}

    @Override
    public StepSignals signals() {
        return signals;
    }

    @Override
    public GradientEstimate estimate(Allocation allocation) {
        return measured(allocation, null).estimate().estimate();
    }

    @Override
    public SiteEstimate estimate(SiteAllocation allocation) {
        return layerWise(context, allocation, key, CostLedger.Kind.PERTURBED, null)
                .estimate();
    }

    /** Estimates the gradient and, by given rules, the derivative in the scales from the same samples. */
    Measured measured(Allocation allocation, @Nullable ScaleRules scaleRules) {
        return sampled(allocation, key, CostLedger.Kind.PERTURBED, scaleRules);
    }

    @Override
    public double[] siteCosts() {
        double[] costs = new double[context.sites().size()];
        int queries = context.config().scheme().queries();
        Arrays.setAll(costs, j -> {
            PerturbedSite site = context.sites().get(j);
            int elements = context.outputElements(site);
            return queries * (context.clean().suffixFlops(site.site()) + site.perturbFlops(elements))
                    + site.contractionFlops(elements);
        });
        return costs;
    }

    @Override
    public GradientEstimate pilot(Allocation allocation) {
        return sampled(allocation, key.forPurpose(RandomKey.Purpose.PILOT), CostLedger.Kind.PILOT, null)
                .estimate()
                .estimate();
    }

    /**
     * Measures v̂_ij site by site under noise of a kind that may differ from the step's, with perturbations that neither
     * {@link #estimate} nor {@link #pilot} draws: what comes out may decide this step's noise.
     *
     * @return v̂_ij, one row per example
     */
    double[][] probe(Allocation allocation, List<SiteNoise> noise) {
        RandomKey probing = key.forPurpose(RandomKey.Purpose.PILOT).forPurpose(RandomKey.Purpose.PILOT);
        SiteAllocation same = SiteAllocation.same(allocation, noise.size());
        return layerWise(context.with(noise), same, probing, CostLedger.Kind.PILOT, null)
                .estimate()
                .siteVariances();
    }

    /** The mean over the batch of E‖direction‖² per unit of w/σ, per site, under given noise. */
    double[] directionNorms(List<SiteNoise> noise) {
        StepContext other = context.with(noise);
        double[] norms = new double[noise.size()];
        Arrays.setAll(norms, j -> {
            double sum = 0;
            for (int i = 0; i < signals.batchSize(); i++) {
                sum += other.directionNorm(other.sites().get(j), i);
            }
            return sum / signals.batchSize();
        });
        return norms;
    }

    /** Elements of the output of each site, for one example. */
    int[] outputElements() {
        return context.sites().stream().mapToInt(context::outputElements).toArray();
    }

    /** The same step under other noise. */
    LikelihoodRatioStep with(List<SiteNoise> noise) {
        return new LikelihoodRatioStep(context.with(noise), trained, key, ledger);
    }

    private Measured sampled(
            Allocation allocation, RandomKey noise, CostLedger.Kind kind, @Nullable ScaleRules scaleRules) {
        if (context.config().mode() == SiteMode.LAYER_WISE) {
            SiteAllocation same =
                    SiteAllocation.same(allocation, context.sites().size());
            return layerWise(context, same, noise, kind, scaleRules);
        }
        requireBatch(allocation.examples());
        float[] gradient = new float[trained.dimension()];
        double[] variances = new double[signals.batchSize()];
        SamplePlan plan = plan(allocation, noise);
        float[] losses = new AllSitesSampling(context, plan).estimate(gradient, variances, ledger);
        int sites = context.sites().size();
        SamplePlan[] plans = new SamplePlan[sites];
        Arrays.fill(plans, plan);
        float[][] siteLosses = new float[sites][];
        Arrays.fill(siteLosses, losses);
        double[] scales = scaleGradient(context, scaleRules, plans, siteLosses);
        return new Measured(
                new SiteEstimate(finished(gradient, variances, kind, allocation.total()), new double[0][]), scales);
    }

    private Measured layerWise(
            StepContext under,
            SiteAllocation allocation,
            RandomKey noise,
            CostLedger.Kind kind,
            @Nullable ScaleRules scaleRules) {
        requireBatch(allocation.examples());
        int sites = under.sites().size();
        if (allocation.sites() != sites) {
            throw new IllegalArgumentException("allocation has " + allocation.sites() + " sites, expected " + sites);
        }
        SamplePlan[] plans = new SamplePlan[sites];
        Arrays.setAll(plans, j -> plan(allocation.site(j), noise));
        float[] gradient = new float[trained.dimension()];
        double[][] siteVariances = new double[signals.batchSize()][sites];
        float[][] losses = new LayerWiseSampling(under, plans).estimate(gradient, siteVariances, ledger);
        double[] scales = scaleGradient(under, scaleRules, plans, losses);
        double[] variances = new double[signals.batchSize()];
        Arrays.setAll(variances, i -> sum(siteVariances[i]));
        return new Measured(
                new SiteEstimate(finished(gradient, variances, kind, allocation.total()), siteVariances), scales);
    }

    private static double @Nullable [] scaleGradient(
            StepContext under, @Nullable ScaleRules rules, SamplePlan[] plans, float[][] losses) {
        return rules == null ? null : new ScaleScores(under, rules).gradient(plans, losses);
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
                context.config().scheme().queries());
    }

    private GradientEstimate finished(float[] gradient, double[] variances, CostLedger.Kind kind, long samples) {
        ledger.addQueries(kind, samples * context.config().scheme().queries());
        ledger.addFlops(context.flops().sumThenReset());
        ledger.observeBytes(bytes() + 2L * gradient.length * Float.BYTES);
        clearFrozen(gradient);
        requireFinite(gradient);
        return new GradientEstimate(gradient, variances, mean(signals.cleanLosses()));
    }

    private long bytes() {
        long bytes = context.parameters().bytes() + context.clean().bytes();
        for (Workspace workspace : context.workspaces()) {
            bytes += workspace.bytes();
        }
        return bytes;
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
