package dev.flops.alloc.estimate;

import dev.flops.alloc.allocate.SiteAllocator;
import dev.flops.alloc.allocate.SiteSignals;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.api.Allocation;
import dev.flops.api.AllocatorState;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.SiteAllocation;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;
import java.util.Arrays;

/**
 * A layer-wise estimator that refines every allocation to examples into one to examples and sites, at no more cost:
 *
 * <pre>
 *   tr Cov(ĝ) = (1/B²) Σ_ij v_ij/n_ij,   Σ_ij c_j n_ij ≤ Σ_i n_i Σ_j c_j
 * </pre>
 *
 * so that any {@link dev.flops.api.QueryAllocator} and the training loop work with it as they are. It remembers v̂_ij per example of
 * the data set and site, with forgetting, and the state of its {@link SiteAllocator}: an estimate is a function of its arguments and
 * of the steps before it.
 *
 * <p>The unit of cost is a choice. {@link Unit#QUERIES}: c_j = 1, the budget of queries is kept, whatever a suffix costs.
 * {@link Unit#FLOPS}: c_j operations of a sample behind the site, the budget of operations is kept, and the queries of a step
 * can be more or fewer than those of the allocation to examples; the ledger counts them.
 */
public final class SiteAllocatedEstimator implements GradientEstimator, Stateful {
    private final LikelihoodRatioEstimator inner;
    private final SiteAllocator allocator;
    private final Unit unit;
    private final int minimum;
    private final VarianceMemory[] memories;
    private AllocatorState state;
    private double lastRatio = Double.NaN;

    /** What a sample at a site is charged. */
    public enum Unit {
        /** One for every site. */
        QUERIES,
        /** Its floating-point operations. */
        FLOPS
    }

    /**
     * Adds the refinement to an estimator.
     *
     * @param inner a layer-wise estimator
     * @param allocator allocates to examples and sites
     * @param unit what a sample is charged
     * @param minimum n_min ≥ 1, samples that each example receives at each site at least
     * @param examples size of the data set
     * @param weight weight of the newest v̂_ij in what is remembered, in (0, 1]
     */
    public SiteAllocatedEstimator(
            LikelihoodRatioEstimator inner,
            SiteAllocator allocator,
            Unit unit,
            int minimum,
            int examples,
            double weight) {
        if (minimum < inner.cost().minimumSamples()) {
            throw new IllegalArgumentException(
                    "minimum = " + minimum + ", expected >= " + inner.cost().minimumSamples());
        }
        inner.requireLayerWise();
        this.inner = inner;
        this.allocator = allocator;
        this.unit = unit;
        this.minimum = minimum;
        this.memories = new VarianceMemory[inner.sites().size()];
        Arrays.setAll(memories, j -> new VarianceMemory(examples, weight));
        this.state = allocator.initialState(memories.length);
    }

    @Override
    public String name() {
        return inner.name() + "-" + allocator.name();
    }

    @Override
    public Parameters parameters() {
        return inner.parameters();
    }

    @Override
    public SamplingCost cost() {
        return inner.cost();
    }

    @Override
    public GradientTarget target() {
        return inner.target();
    }

    /**
     * What the refinement of the last step was worth.
     *
     * @return Σ v̂_ij/n_ij over Σ v̂_ij/n_i, with the v̂_ij that the step measured: below 1 is a gain; NaN before the first step
     */
    public double lastRatio() {
        return lastRatio;
    }

    @Override
    public Stateful state() {
        return this;
    }

    @Override
    public void saveTo(StateArrays out) {
        inner.state().saveTo(out.scope("inner"));
        out.putDoubles("allocator", state.values());
        out.putDoubles("lastRatio", lastRatio);
        for (int j = 0; j < memories.length; j++) {
            memories[j].saveTo(out.scope("memory." + inner.sites().get(j).name()));
        }
    }

    @Override
    public void restoreFrom(StateArrays in) {
        inner.state().restoreFrom(in.scope("inner"));
        state = new AllocatorState(in.doubles("allocator", state.values().length));
        lastRatio = in.doubleValue("lastRatio");
        for (int j = 0; j < memories.length; j++) {
            memories[j].restoreFrom(in.scope("memory." + inner.sites().get(j).name()));
        }
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        return new RefinedStep(inner.beginSites(step, examples, key, ledger));
    }

    private final class RefinedStep implements Step {
        private final SiteStep open;

        RefinedStep(SiteStep open) {
            this.open = open;
        }

        @Override
        public StepSignals signals() {
            return open.signals();
        }

        @Override
        public GradientEstimate pilot(Allocation allocation) {
            return open.pilot(allocation);
        }

        @Override
        public GradientEstimate estimate(Allocation allocation) {
            return estimateInto(allocation, new float[parameters().dimension()]);
        }

        @Override
        public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
            if (allocation.isWeighted()) {
                throw new IllegalArgumentException("allocation is weighted, expected one without weights:"
                        + " the samples of an example that is left out cannot be moved to its sites");
            }
            int[] examples = open.signals().examples();
            SiteAllocation refined = allocator.allocate(allocation, signals(examples), state);
            SiteEstimate found = open.estimateInto(refined, gradient);
            state = allocator.update(refined, found.siteVariances(), state);
            lastRatio = ratio(found.siteVariances(), refined, allocation);
            for (int j = 0; j < memories.length; j++) {
                double[] column = new double[examples.length];
                for (int i = 0; i < column.length; i++) {
                    column[i] = found.siteVariances()[i][j];
                }
                memories[j].updateInPlace(signals(), column);
            }
            return found.estimate();
        }

        private SiteSignals signals(int[] examples) {
            double[] costs = open.siteCosts();
            if (unit == Unit.QUERIES) {
                Arrays.fill(costs, 1);
            }
            double[][] remembered = new double[examples.length][memories.length];
            for (int j = 0; j < memories.length; j++) {
                double[] column = memories[j].remembered(signals());
                for (int i = 0; i < column.length; i++) {
                    remembered[i][j] = column[i];
                }
            }
            return new SiteSignals(costs, remembered, minimum);
        }
    }

    private static double ratio(double[][] variances, SiteAllocation refined, Allocation allocation) {
        double spent = 0;
        double plain = 0;
        for (int i = 0; i < variances.length; i++) {
            for (int j = 0; j < variances[i].length; j++) {
                spent += variances[i][j] / refined.samples(i, j);
                plain += variances[i][j] / allocation.samples(i);
            }
        }
        return plain == 0 ? 1 : spent / plain;
    }
}
