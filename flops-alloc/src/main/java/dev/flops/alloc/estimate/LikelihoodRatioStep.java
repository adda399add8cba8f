package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SiteAllocation;
import dev.flops.api.StepSignals;
import dev.flops.tensor.network.Site;
import java.util.Arrays;
import java.util.List;

/** One step of the likelihood-ratio estimator on one batch, after its clean forward. */
final class LikelihoodRatioStep implements SiteStep {
    private final StepContext context;
    private final Parameters trained;
    private final SiteScales scales;
    private final RandomKey key;
    private final CostLedger ledger;
    private final StepSignals signals;

    /** A step that teaches the scales of later ones. */
    LikelihoodRatioStep(StepContext context, Parameters trained, SiteScales scales, RandomKey key, CostLedger ledger) {
        this.context = context;
        this.trained = trained;
        this.scales = scales;
        this.key = key;
        this.ledger = ledger;
        this.signals = new StepSignals(
                context.step(),
                context.examples(),
                context.clean().loss().losses(),
                context.clean().loss().errorNorms());
    }

    @Override
    public StepSignals signals() {
        return signals;
    }

    @Override
    public GradientEstimate estimate(Allocation allocation) {
        return estimateInto(allocation, new float[trained.dimension()]);
    }

    @Override
    public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
        return sampled(allocation, key, CostLedger.Kind.PERTURBED, gradient).estimate();
    }

    @Override
    public SiteEstimate estimate(SiteAllocation allocation) {
        return estimateInto(allocation, new float[trained.dimension()]);
    }

    @Override
    public SiteEstimate estimateInto(SiteAllocation allocation, float[] gradient) {
        requireBatch(allocation.examples());
        int sites = context.sites().size();
        if (allocation.sites() != sites) {
            throw new IllegalArgumentException("allocation has " + allocation.sites() + " sites, expected " + sites);
        }
        SamplePlan[] plans = context.memory().plans();
        SamplePlan first = plan(allocation.site(0), key);
        for (int j = 0; j < sites; j++) {
            plans[j] = first.with(allocation.site(j));
        }
        double[][] variances = new double[signals.batchSize()][sites];
        return layerWise(plans, CostLedger.Kind.PERTURBED, gradient, variances);
    }

    @Override
    public double[] siteCosts() {
        double[] costs = new double[context.sites().size()];
        int queries = context.config().scheme().queries();
        Arrays.setAll(costs, j -> {
            PerturbedSite site = context.sites().get(j);
            int elements = context.clean().outputElements(site.site());
            return queries
                            * (context.clean().suffixFlops(site.site())
                                    + context.clean().loss().flopsPerRow()
                                    + site.perturbFlops(elements))
                    + site.contractionFlops(elements);
        });
        return costs;
    }

    @Override
    public GradientEstimate pilot(Allocation allocation) {
        RandomKey noise = key.forPurpose(RandomKey.Purpose.PILOT);
        return sampled(allocation, noise, CostLedger.Kind.PILOT, new float[trained.dimension()])
                .estimate();
    }

    /** The same step, after the same clean forward, with other noise. */
    LikelihoodRatioStep with(List<SiteNoise> noise) {
        List<Site> sites = context.sites().stream().map(PerturbedSite::site).toList();
        return new LikelihoodRatioStep(context.with(PerturbedSite.listOf(sites, noise)), trained, scales, key, ledger);
    }

    /** Σ_i v̂_ij by a layer-wise pilot, with what v̂ of low rank lacks. */
    double[] pilotSites(Allocation allocation) {
        RandomKey noise = key.forPurpose(RandomKey.Purpose.PILOT);
        double[][] found = sampled(allocation, noise, CostLedger.Kind.PILOT, new float[trained.dimension()])
                .siteVariances();
        double[] sums = new double[context.sites().size()];
        for (double[] ofExample : found) {
            for (int j = 0; j < sums.length; j++) {
                sums[j] += ofExample[j];
            }
        }
        for (int j = 0; j < sums.length; j++) {
            WeightDirections directions = context.sites().get(j).directions();
            sums[j] *= directions == null ? 1 : directions.varianceFactor();
        }
        return sums;
    }

    /** By how much, in the mean square, an output moves with noise of scale 1 behind it: ‖x‖² + 1 of a linear layer. */
    double[] squaredGains() {
        int sites = context.sites().size();
        double[] gains = new double[sites];
        int i = 0;
        for (int window = 0; window < context.clean().windows(); window++) {
            context.open(window, ledger);
            for (; i < context.clean().end(context.clean().endBlock(window) - 1); i++) {
                for (int j = 0; j < sites; j++) {
                    PerturbedSite site = context.sites().get(j);
                    gains[j] += context.directionNorm(site, i) / context.clean().outputElements(site.site());
                }
            }
        }
        Arrays.setAll(gains, j -> gains[j] / signals.batchSize());
        return gains;
    }

    private SiteEstimate sampled(Allocation allocation, RandomKey noise, CostLedger.Kind kind, float[] gradient) {
        requireBatch(allocation.examples());
        SamplePlan plan = plan(allocation, noise);
        SamplePlan[] plans = context.memory().plans();
        Arrays.fill(plans, plan);
        if (context.config().mode() == SiteMode.LAYER_WISE) {
            return layerWise(plans, kind, gradient, context.memory().siteVariances(signals.batchSize()));
        }
        TrainedSites.clear(trained, gradient);
        ScaleDerivative derivative = derivative(plans, kind);
        double[] variances = new double[signals.batchSize()];
        new AllSitesSampling(context, plan, derivative).estimate(gradient, variances, ledger);
        GradientEstimate estimate = finished(gradient, variances, kind, allocation.total());
        scales.learn(derivative);
        return new SiteEstimate(estimate, new double[0][]);
    }

    /** By a plan for each site; writes v̂_ij too. */
    private SiteEstimate layerWise(
            SamplePlan[] plans, CostLedger.Kind kind, float[] gradient, double[][] siteVariances) {
        TrainedSites.clear(trained, gradient);
        ScaleDerivative derivative = derivative(plans, kind);
        new LayerWiseSampling(context, plans, derivative).estimate(gradient, siteVariances, ledger);
        double[] variances = new double[signals.batchSize()];
        for (int i = 0; i < variances.length; i++) {
            variances[i] = sum(siteVariances[i]);
        }
        long samples = 0;
        for (SamplePlan plan : plans) {
            samples += plan.totalSamples();
        }
        GradientEstimate estimate = finished(gradient, variances, kind, samples);
        scales.learn(derivative);
        return new SiteEstimate(estimate, siteVariances);
    }

    /** Pilots teach nothing. */
    private ScaleDerivative derivative(SamplePlan[] plans, CostLedger.Kind kind) {
        boolean teaches = kind == CostLedger.Kind.PERTURBED;
        return new ScaleDerivative(context, plans, teaches ? context.config().scales() : ScaleObjective.FIXED);
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
        TrainedSites.finish(trained, gradient, signals.step());
        return new GradientEstimate(gradient, variances, mean(signals.cleanLosses()));
    }

    private long bytes() {
        return context.parameters().bytes()
                + context.clean().bytes()
                + context.memory().bytes();
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
