package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SiteAllocation;
import dev.flops.api.StepSignals;
import java.util.Arrays;
import java.util.List;

/** One step of the likelihood-ratio estimator on one batch, after its clean forward. */
final class LikelihoodRatioStep implements SiteStep {
    private final LikelihoodRatioEstimator estimator;
    private final List<PerturbedSite> sites;
    private final RandomKey key;
    private final CostLedger ledger;
    private final StepSignals signals;

    /** A step that teaches the scales of later ones. */
    LikelihoodRatioStep(
            LikelihoodRatioEstimator estimator,
            List<PerturbedSite> sites,
            RandomKey key,
            CostLedger ledger,
            StepSignals signals) {
        this.estimator = estimator;
        this.sites = sites;
        this.key = key;
        this.ledger = ledger;
        this.signals = signals;
    }

    @Override
    public StepSignals signals() {
        return signals;
    }

    @Override
    public GradientEstimate estimate(Allocation allocation) {
        return estimateInto(allocation, new float[trained().dimension()]);
    }

    @Override
    public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
        return sampled(allocation, key, CostLedger.Kind.PERTURBED, gradient);
    }

    @Override
    public SiteEstimate estimate(SiteAllocation allocation) {
        return estimateInto(allocation, new float[trained().dimension()]);
    }

    @Override
    public SiteEstimate estimateInto(SiteAllocation allocation, float[] gradient) {
        requireBatch(allocation.examples());
        if (allocation.sites() != sites.size()) {
            throw new IllegalArgumentException(
                    "allocation has " + allocation.sites() + " sites, expected " + sites.size());
        }
        SamplePlan[] plans = context().memory().plans();
        SamplePlan first = plan(allocation.site(0), key);
        for (int j = 0; j < plans.length; j++) {
            plans[j] = first.with(allocation.site(j));
        }
        double[][] variances = new double[signals.batchSize()][plans.length];
        return new SiteEstimate(layerWise(plans, CostLedger.Kind.PERTURBED, gradient, variances), variances);
    }

    @Override
    public double[] siteCosts() {
        double[] costs = new double[sites.size()];
        CleanForward clean = context().clean();
        Arrays.setAll(costs, j -> {
            PerturbedSite site = sites.get(j);
            int elements = clean.outputElements(site.site());
            return queriesPerSample()
                            * (clean.suffixFlops(site.site())
                                    + clean.loss().flopsPerRow()
                                    + site.perturbFlops(elements))
                    + site.contractionFlops(elements);
        });
        return costs;
    }

    @Override
    public GradientEstimate pilot(Allocation allocation) {
        RandomKey noise = key.forPurpose(RandomKey.Purpose.PILOT);
        return sampled(
                allocation, noise, CostLedger.Kind.PILOT, new float[trained().dimension()]);
    }

    /** The same step, after the same clean forward, with other noise. */
    LikelihoodRatioStep with(List<SiteNoise> noise) {
        return new LikelihoodRatioStep(estimator, PerturbedSite.listOf(estimator.sites(), noise), key, ledger, signals);
    }

    /** Σ_i v̂_ij by a layer-wise pilot, with what v̂ of low rank lacks. */
    double[] pilotSites(Allocation allocation) {
        RandomKey noise = key.forPurpose(RandomKey.Purpose.PILOT);
        double[][] variances = context().memory().siteVariances(signals.batchSize());
        SamplePlan[] plans = context().memory().plans();
        Arrays.fill(plans, plan(allocation, noise));
        layerWise(plans, CostLedger.Kind.PILOT, new float[trained().dimension()], variances);
        double[] sums = new double[sites.size()];
        for (double[] ofExample : variances) {
            for (int j = 0; j < sums.length; j++) {
                sums[j] += ofExample[j];
            }
        }
        for (int j = 0; j < sums.length; j++) {
            WeightDirections directions = sites.get(j).directions();
            sums[j] *= directions == null ? 1 : directions.varianceFactor();
        }
        return sums;
    }

    /** By how much, in the mean square, an output moves with noise of scale 1 behind it: ‖x‖² + 1 of a linear layer. */
    double[] squaredGains() {
        StepContext context = context();
        double[] gains = new double[sites.size()];
        int i = 0;
        for (int window = 0; window < context.clean().windows(); window++) {
            context.open(window, ledger);
            for (; i < context.clean().end(context.clean().endBlock(window) - 1); i++) {
                for (int j = 0; j < gains.length; j++) {
                    PerturbedSite site = sites.get(j);
                    gains[j] += context.directionNorm(site, i) / context.clean().outputElements(site.site());
                }
            }
        }
        Arrays.setAll(gains, j -> gains[j] / signals.batchSize());
        return gains;
    }

    private GradientEstimate sampled(Allocation allocation, RandomKey noise, CostLedger.Kind kind, float[] gradient) {
        SamplePlan plan = plan(allocation, noise);
        SamplePlan[] plans = context().memory().plans();
        Arrays.fill(plans, plan);
        if (context().config().mode() == SiteMode.LAYER_WISE) {
            return layerWise(plans, kind, gradient, context().memory().siteVariances(signals.batchSize()));
        }
        begin(plans, kind, gradient);
        double[] variances = new double[signals.batchSize()];
        estimator.allSites().estimate(plan, gradient, variances, ledger);
        return finished(gradient, variances, kind, allocation.total());
    }

    /** By a plan for each site; writes v̂_ij too. */
    private GradientEstimate layerWise(
            SamplePlan[] plans, CostLedger.Kind kind, float[] gradient, double[][] siteVariances) {
        begin(plans, kind, gradient);
        estimator.layerWise().estimate(plans, gradient, siteVariances, ledger);
        double[] variances = new double[signals.batchSize()];
        for (int i = 0; i < variances.length; i++) {
            variances[i] = sum(siteVariances[i]);
        }
        long samples = 0;
        for (SamplePlan plan : plans) {
            samples += plan.totalSamples();
        }
        return finished(gradient, variances, kind, samples);
    }

    /** Pilots teach nothing. */
    private void begin(SamplePlan[] plans, CostLedger.Kind kind, float[] gradient) {
        TrainedSites.clear(trained(), gradient);
        context().begin(signals.step(), signals.examples(), sites);
        ScaleObjective objective = context().config().scales();
        estimator.derivative().begin(plans, kind == CostLedger.Kind.PERTURBED ? objective : ScaleObjective.FIXED);
    }

    private StepContext context() {
        return estimator.context();
    }

    private Parameters trained() {
        return estimator.parameters();
    }

    private int queriesPerSample() {
        return context().config().scheme().queries();
    }

    private SamplePlan plan(Allocation allocation, RandomKey noise) {
        requireBatch(allocation.examples());
        return context().memory().plan(signals.step(), signals.examples(), allocation, noise, queriesPerSample());
    }

    private void requireBatch(int examples) {
        if (examples != signals.batchSize()) {
            throw new IllegalArgumentException(
                    "allocation has " + examples + " examples, expected " + signals.batchSize());
        }
    }

    private GradientEstimate finished(float[] gradient, double[] variances, CostLedger.Kind kind, long samples) {
        ledger.addQueries(kind, samples * queriesPerSample());
        ledger.addFlops(context().flops().sumThenReset());
        ledger.observeBytes(bytes() + 2L * gradient.length * Float.BYTES);
        TrainedSites.finish(trained(), gradient, signals.step());
        estimator.learnScales();
        return new GradientEstimate(gradient, variances, mean(signals.cleanLosses()));
    }

    private long bytes() {
        StepContext context = context();
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
