package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocatorState;
import dev.flops.api.SiteAllocation;
import java.util.Arrays;

/**
 * Examples and sites as a product: the shares of the examples are those of any allocator, and every site scales them,
 *
 * <pre>
 *   n_ij = n_i τ_j,   τ_j ∝ √(A_j / c_j),   A_j = Σ_i v_ij / n_i,   Σ_j c_j τ_j = Σ_j c_j
 * </pre>
 *
 * which minimises Σ v_ij/n_ij over τ. Only the S numbers A_j are remembered, with forgetting, instead of v̂ per example and site.
 * In whole numbers, the total T_j of each site is that of the {@link SiteSolver} for one example with variances A_j, at least
 * B n_min; T_j is shared out as n_min + (T_j − B n_min) n_i/N_s by largest remainder.
 *
 * <p>State: number of updates, then the running means of A_j relative to their sum, weight of the newest 0.05 or 1/t in step t
 * if that is more.
 */
public final class FactoredSiteAllocator implements SiteAllocator {
    private static final double NEWEST = 0.05;

    /** Makes the allocator. */
    public FactoredSiteAllocator() {}

    @Override
    public String name() {
        return "factored-sites";
    }

    @Override
    public AllocatorState initialState(int sites) {
        return new AllocatorState(new double[1 + sites]);
    }

    @Override
    public SiteAllocation allocate(Allocation examples, SiteSignals signals, AllocatorState state) {
        double[] values = state.values();
        int sites = signals.costs().length;
        AllocationChecks.requireLength("state.values", values.length, 1 + sites);
        if (values[0] == 0) {
            return SiteAllocation.same(examples, sites);
        }
        double[][] oneRow = {Arrays.copyOfRange(values, 1, values.length)};
        int batch = examples.examples();
        SiteAllocation totals = SiteSolver.solve(
                oneRow,
                signals.costs(),
                signals.budget(examples.total()),
                Math.multiplyExact(batch, signals.minimum()));
        double[] shares = new double[batch];
        for (int i = 0; i < batch; i++) {
            shares[i] = (double) examples.samples(i) / examples.total();
        }
        Allocation[] bySite = new Allocation[sites];
        double[] workspace = new double[2 * batch];
        for (int j = 0; j < sites; j++) {
            int[] n = new int[batch];
            int free = totals.samples(0, j) - batch * signals.minimum();
            LargestRemainder.round(shares, free, signals.minimum(), n, workspace);
            bySite[j] = Allocation.of(n);
        }
        return SiteAllocation.of(bySite);
    }

    @Override
    public AllocatorState update(SiteAllocation allocation, double[][] siteVariances, AllocatorState state) {
        AllocationChecks.requireLength("siteVariances", siteVariances.length, allocation.examples());
        double[] values = state.values();
        double[] found = new double[values.length - 1];
        double sum = 0;
        for (int i = 0; i < siteVariances.length; i++) {
            // n_i up to a factor that is common to all examples: the samples of the example over all sites.
            long samples = 0;
            for (int j = 0; j < found.length; j++) {
                samples += allocation.samples(i, j);
            }
            for (int j = 0; j < found.length; j++) {
                if (SampleVariances.known(siteVariances[i][j])) {
                    found[j] += siteVariances[i][j] / samples;
                    sum += siteVariances[i][j] / samples;
                }
            }
        }
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            return state;
        }
        double weight = Math.max(NEWEST, 1 / (values[0] + 1));
        for (int j = 0; j < found.length; j++) {
            values[1 + j] += weight * (found[j] / sum - values[1 + j]);
        }
        values[0]++;
        return new AllocatorState(values);
    }
}
