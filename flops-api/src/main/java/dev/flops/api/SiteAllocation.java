package dev.flops.api;

import java.util.Arrays;

/**
 * How many samples each example of a batch receives at each perturbation site: n_ij for example i and site j. Layer-wise estimators
 * perturb one site at a time, and may average a different number of samples for each,
 *
 * <pre>
 *   ĝ_j = (1/B) Σ_i (1/n_ij) Σ_{k=1..n_ij} g_ijk     the part of the gradient behind site j
 * </pre>
 *
 * which is unbiased whatever n_ij ≥ 1, with tr Cov(ĝ) = (1/B²) Σ_ij v_ij/n_ij where sites have independent perturbations.
 */
public final class SiteAllocation {
    private final Allocation[] bySite;
    private final long total;

    private SiteAllocation(Allocation[] bySite) {
        this.bySite = bySite;
        long sum = 0;
        for (int j = 0; j < bySite.length; j++) {
            if (bySite[j].examples() != bySite[0].examples()) {
                throw new IllegalArgumentException(
                        "bySite[" + j + "].examples = " + bySite[j].examples() + ", expected " + bySite[0].examples());
            }
            sum += bySite[j].total();
        }
        this.total = sum;
    }

    /**
     * An allocation from one allocation per site.
     *
     * @param bySite the samples per example at each site, in the order of the estimator's sites; copied
     * @return the allocation
     */
    public static SiteAllocation of(Allocation... bySite) {
        if (bySite.length == 0) {
            throw new IllegalArgumentException("bySite is empty, expected one allocation per site");
        }
        return new SiteAllocation(bySite.clone());
    }

    /**
     * The same allocation at every site.
     *
     * @param allocation samples per example
     * @param sites number of sites S ≥ 1
     * @return n_ij = n_i
     */
    public static SiteAllocation same(Allocation allocation, int sites) {
        if (sites < 1) {
            throw new IllegalArgumentException("sites = " + sites + ", expected >= 1");
        }
        Allocation[] bySite = new Allocation[sites];
        Arrays.fill(bySite, allocation);
        return new SiteAllocation(bySite);
    }

    /**
     * Batch size.
     *
     * @return B
     */
    public int examples() {
        return bySite[0].examples();
    }

    /**
     * Number of sites.
     *
     * @return S
     */
    public int sites() {
        return bySite.length;
    }

    /**
     * The samples at one site.
     *
     * @param j position of the site
     * @return n_1j, ..., n_Bj
     */
    public Allocation site(int j) {
        return bySite[j];
    }

    /**
     * Samples of one example at one site.
     *
     * @param i position in the batch
     * @param j position of the site
     * @return n_ij
     */
    public int samples(int i, int j) {
        return bySite[j].samples(i);
    }

    /**
     * Samples of all examples at all sites.
     *
     * @return Σ n_ij
     */
    public long total() {
        return total;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SiteAllocation that && Arrays.equals(bySite, that.bySite);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bySite);
    }

    @Override
    public String toString() {
        return "SiteAllocation" + Arrays.toString(bySite);
    }
}
