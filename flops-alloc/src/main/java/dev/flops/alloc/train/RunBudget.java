package dev.flops.alloc.train;

import dev.flops.alloc.allocate.AdaptiveBudget;
import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.QueryBudget;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import org.jspecify.annotations.Nullable;

/**
 * What each step of a run may spend. Without a rule it is N, steps times. With an {@link AdaptiveBudget} the run has the same
 * steps · N queries, each step takes as many as the rule says, and how many steps that makes follows; the run ends when what is left
 * does not pay for a step with the least number of samples.
 */
final class RunBudget implements Stateful {
    private final TrainingConfig config;
    private final SamplingCost cost;
    private final @Nullable AdaptiveBudget rule;
    private final int minimum;
    private final int fixedSamples;
    private AdaptiveBudget.State state = new AdaptiveBudget.State(0, 0, 0, 0, 0);

    RunBudget(TrainingConfig config, GradientEstimator estimator) {
        this.config = config;
        this.cost = estimator.cost();
        this.minimum = Math.max(config.minimumSamples(), cost.minimumSamples());
        this.fixedSamples = config.budget().samples(cost, config.batchSize(), config.minimumSamples());
        this.rule = config.rule().orElse(null);
        if (rule != null) {
            requireFits(rule, minimum, estimator);
        }
    }

    private static void requireFits(AdaptiveBudget rule, int minimum, GradientEstimator estimator) {
        if (rule.most() < minimum) {
            throw new IllegalArgumentException("most = " + rule.most() + " samples per example, expected >= " + minimum
                    + ", the minimum of an example");
        }
        if (estimator.independence() != SampleIndependence.INDEPENDENT) {
            throw new IllegalArgumentException("budget is chosen by a rule with estimator = " + estimator.name()
                    + ", expected a fixed one: its samples are " + estimator.independence()
                    + ", so that their variances do not add up");
        }
    }

    /** n_min, by the configuration and the estimator. */
    int minimumSamples() {
        return minimum;
    }

    /** Queries of the whole run. */
    private long total() {
        return Math.multiplyExact(config.steps(), config.budget().queries());
    }

    /** Queries of a step of n samples per example. */
    private long queries(int samplesPerExample) {
        long perExample = cost.cleanQueriesPerExample() + (long) samplesPerExample * cost.queriesPerSample();
        return config.batchSize() * perExample;
    }

    /** Whether there is another step, after {@code step} steps. */
    boolean paysFor(int step, CostLedger ledger) {
        return rule == null ? step < config.steps() : total() - ledger.queries() >= queries(minimum);
    }

    /** N_s of the next step, which is paid for. */
    int samples(CostLedger ledger) {
        if (rule == null) {
            return fixedSamples;
        }
        int wanted = Math.max(minimum, rule.samplesPerExample(state));
        QueryBudget budget = new QueryBudget(Math.min(queries(wanted), total() - ledger.queries()));
        int samples = budget.samples(cost, config.batchSize(), config.minimumSamples());
        return samples - samples % config.batchSize();
    }

    /** How far the schedule is, in [0, steps): by steps, or by queries where steps differ in what they spend. */
    int progress(int step, CostLedger ledger) {
        if (rule == null) {
            return step;
        }
        return (int)
                Math.min(config.steps() - 1L, ledger.queries() / config.budget().queries());
    }

    /** Steps of the whole run, as far as one can tell after {@code step} steps. */
    int expectedSteps(int step, CostLedger ledger) {
        if (rule == null) {
            return config.steps();
        }
        long left = Math.max(0, total() - ledger.queries());
        if (left < queries(minimum)) {
            return step;
        }
        int next = samples(ledger) / config.batchSize();
        return saturated(step + Math.max(1, left / queries(next)));
    }

    /** Takes in a step: ‖ĝ‖, v̂_i, n_i, operations before its samples and of them. */
    void observe(double gradientNorm, double[] variances, Allocation allocation, long cleanFlops, long sampleFlops) {
        if (rule == null) {
            return;
        }
        double batch = allocation.examples();
        boolean queries = rule.unit() == AdaptiveBudget.Unit.QUERIES;
        state = rule.observe(
                state,
                new AdaptiveBudget.Observation(
                        gradientNorm * gradientNorm,
                        AllocationDiagnostics.variance(variances, allocation) / (batch * batch),
                        allocation.total() / batch,
                        queries ? cost.cleanQueriesPerExample() : (double) cleanFlops / batch,
                        queries ? cost.queriesPerSample() : (double) sampleFlops / allocation.total()));
    }

    /** The most steps that a run can have. */
    int mostSteps() {
        return rule == null ? config.steps() : saturated(total() / queries(minimum));
    }

    private static int saturated(long steps) {
        return (int) Math.min(Integer.MAX_VALUE, steps);
    }

    @Override
    public void saveTo(StateArrays out) {
        if (rule != null) {
            out.putLongs("steps", state.steps());
            out.putDoubles("means", state.signal(), state.noise(), state.cleanCost(), state.sampleCost());
        }
    }

    @Override
    public void restoreFrom(StateArrays in) {
        if (rule != null) {
            double[] means = in.doubles("means", 4);
            state = new AdaptiveBudget.State(
                    in.count("steps", Integer.MAX_VALUE), means[0], means[1], means[2], means[3]);
        }
    }
}
