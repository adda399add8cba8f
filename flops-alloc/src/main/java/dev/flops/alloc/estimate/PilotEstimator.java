package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;

/**
 * A two-stage estimator: a pilot of m samples per example first, whose variances v̂_i are offered to the allocator as
 * {@link StepSignals#pilotVariances}, then the samples that the allocator decides on. The samples have perturbations of their
 * own (sample splitting), so that the allocation is independent of what it is applied to.
 *
 * <pre>
 *   ĝ = β ĝ_pilot + (1 − β) ĝ_samples
 * </pre>
 *
 * With {@link Use#SPLIT}, β = 0: the pilot only decides. With {@link Use#FIXED_WEIGHT}, β is the share of the pilot in what an
 * equal allocation would spend, m/(m + n̄) with n̄ = N_s/B: a number that is known before anything is drawn. Given the pilot, the
 * second term has mean (1 − β)∇L whatever the allocation, and the pilot's own mean is ∇L; so both are unbiased. Averaging all
 * samples of an example with equal weights would not be: the weight of the pilot would depend on its losses.
 *
 * <p>Queries: m samples per example more, which {@link #cost} counts before any sample.
 *
 * <p>References: Neyman, <em>Contribution to the theory of sampling human populations</em>, Journal of the American Statistical
 * Association 33, 1938 (two-phase sampling).
 */
public final class PilotEstimator implements GradientEstimator {
    private final GradientEstimator inner;
    private final int samplesPerExample;
    private final Use use;

    /** What becomes of the pilot's samples. */
    public enum Use {
        /** They decide the allocation and are thrown away. */
        SPLIT,
        /** They enter the estimate with a weight that is fixed in advance. */
        FIXED_WEIGHT
    }

    /**
     * Adds a pilot to an estimator.
     *
     * @param inner an estimator that offers pilots
     * @param samplesPerExample m, at least the estimator's minimum
     * @param use what becomes of the pilot's samples
     */
    public PilotEstimator(GradientEstimator inner, int samplesPerExample, Use use) {
        int least = inner.cost().minimumSamples();
        if (samplesPerExample < least) {
            throw new IllegalArgumentException("samplesPerExample = " + samplesPerExample + ", expected >= " + least);
        }
        this.inner = inner;
        this.samplesPerExample = samplesPerExample;
        this.use = use;
    }

    @Override
    public String name() {
        return inner.name() + "-pilot";
    }

    @Override
    public Parameters parameters() {
        return inner.parameters();
    }

    @Override
    public GradientTarget target() {
        return inner.target();
    }

    @Override
    public SampleIndependence independence() {
        return inner.independence();
    }

    @Override
    public SamplingCost cost() {
        SamplingCost cost = inner.cost();
        int pilot = Math.multiplyExact(samplesPerExample, cost.queriesPerSample());
        return new SamplingCost(
                Math.addExact(cost.cleanQueriesPerExample(), pilot), cost.queriesPerSample(), cost.minimumSamples());
    }

    @Override
    public Stateful state() {
        return inner.state();
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        Step open = inner.begin(step, examples, key, ledger);
        int pilot = Math.multiplyExact(examples.length, samplesPerExample);
        return new TwoStageStep(open, open.pilot(Allocation.equal(examples.length, pilot)));
    }

    private final class TwoStageStep implements Step {
        private final Step open;
        private final GradientEstimate pilot;

        TwoStageStep(Step open, GradientEstimate pilot) {
            this.open = open;
            this.pilot = pilot;
        }

        @Override
        public StepSignals signals() {
            return open.signals().withPilot(pilot.sampleVariances().clone());
        }

        @Override
        public GradientEstimate estimate(Allocation allocation) {
            return estimateInto(allocation, new float[parameters().dimension()]);
        }

        @Override
        public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
            GradientEstimate samples = open.estimateInto(allocation, gradient);
            double[] variances = pooledVariances(allocation, samples.sampleVariances());
            if (use == Use.FIXED_WEIGHT) {
                double pilotSamples = (double) samplesPerExample * allocation.examples();
                float beta = (float) (pilotSamples / (pilotSamples + allocation.total()));
                for (int d = 0; d < gradient.length; d++) {
                    gradient[d] = beta * pilot.gradient()[d] + (1 - beta) * gradient[d];
                }
            }
            return new GradientEstimate(gradient, variances, samples.meanLoss());
        }

        /** v̂_i from all samples of both stages: for later steps, which may use them. */
        private double[] pooledVariances(Allocation allocation, double[] second) {
            double[] pooled = pilot.sampleVariances().clone();
            for (int i = 0; i < pooled.length; i++) {
                int n = allocation.samples(i);
                if (n > 0) {
                    pooled[i] = (samplesPerExample * pooled[i] + n * second[i]) / (samplesPerExample + n);
                }
            }
            return pooled;
        }
    }
}
