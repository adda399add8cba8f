package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.SiteAllocation;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layer-wise estimates with a different number of samples at each site: mean, queries, costs, chunks. */
@ExtendWith(SuiteLedger.class)
class SiteSamplesTest {
    private static final float SIGMA = 0.005f;
    private static final int[] EXAMPLES = {4, 0};

    /** Few samples of one example where the other has many, the other way round at the second site. */
    private static final SiteAllocation UNEQUAL = SiteAllocation.of(Allocation.of(8, 24), Allocation.of(20, 8));

    /** At least 8 samples of a product of skewness √8, with a third for curvature; see the unbiasedness of equal sites. */
    private static final MeanTestDesign DESIGN = new MeanTestDesign(0.15, 1e-5, 1e-3, 4.0 / 3);

    /** The mean along ∇L, per site and over both, is ‖∇L‖² of that part, whatever n_ij. */
    @ParameterizedTest
    @EnumSource(names = {"CLEAN_BASELINE", "ANTITHETIC"})
    void estimateIsUnbiased(SamplingScheme scheme, FalseAlarmLedger ledger) {
        ledger.declare("samples per site, mean, " + scheme, 3 * DESIGN.alpha());
        for (TestResult result : meansAlongTheGradient(scheme, EstimatorRules.of(scheme))) {
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
    }

    @Test
    void theMeanRejectsEveryMutant() {
        for (Mutants.Mutant mutant : Mutants.all()) {
            assertThat(meansAlongTheGradient(mutant.scheme(), mutant.rules()))
                    .as("%s", mutant)
                    .anySatisfy(r -> assertThat(r.verdict()).as("%s", r).isEqualTo(Verdict.REJECTED));
        }
    }

    private static TestResult[] meansAlongTheGradient(SamplingScheme scheme, EstimatorRules rules) {
        NetworkCase problem = NetworkCase.tokens();
        LikelihoodRatioEstimator estimator = estimator(problem, SiteMode.LAYER_WISE, scheme, SIGMA, rules, 1);
        OracleGradient oracle = new OracleGradient(problem);
        double[] gradient = oracle.gradient(EXAMPLES);
        int head = problem.network().parameters().get("head.weight").offset();
        double[][] directions = {gradient.clone(), gradient.clone(), gradient};
        Arrays.fill(directions[0], head, gradient.length, 0);
        Arrays.fill(directions[1], 0, head, 0);
        Moments[] moments = {new Moments(), new Moments(), new Moments()};
        for (int step = 0; step < DESIGN.sampleSize(); step++) {
            float[] found = estimator
                    .beginSites(step, EXAMPLES, TestSeeds.key("samples per site, " + scheme), new CostLedger())
                    .estimate(UNEQUAL)
                    .estimate()
                    .gradient();
            for (int m = 0; m < 3; m++) {
                moments[m].add(dot(directions[m], found));
            }
        }
        TestResult[] results = new TestResult[3];
        for (int m = 0; m < 3; m++) {
            double expected = 0;
            for (double value : directions[m]) {
                expected += value * value;
            }
            double norm = Math.sqrt(expected);
            double[] unit = Arrays.stream(directions[m]).map(x -> x / norm).toArray();
            double bias = 2 * Math.abs(oracle.smoothingBias(unit, EXAMPLES, SIGMA, true)) + 5e-5;
            String[] parts = {"the first site", "the second site", "both sites"};
            results[m] = DESIGN.test("mean along the gradient of " + parts[m], moments[m], expected, bias * norm);
        }
        return results;
    }

    private static double dot(double[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void everySampleOfEverySiteIsCounted(SamplingScheme scheme) {
        CostLedger ledger = new CostLedger();
        SiteStep step = estimator(NetworkCase.tokens(), SiteMode.LAYER_WISE, scheme, 0.1f, EstimatorRules.of(scheme), 1)
                .beginSites(0, EXAMPLES, TestSeeds.key("queries per site"), ledger);
        SiteEstimate found = step.estimate(UNEQUAL);
        assertThat(ledger.queries(CostLedger.Kind.PERTURBED)).isEqualTo(60L * scheme.queries());
        for (int i = 0; i < 2; i++) {
            assertThat(found.siteVariances()[i][0] + found.siteVariances()[i][1])
                    .isCloseTo(found.estimate().sampleVariances()[i], within(1e-12));
        }
    }

    /** The stated cost of a site is what the ledger counts for a sample more there. */
    @Test
    void costsAreTheOperationsOfASampleMore() {
        for (NetworkCase problem : NetworkCase.all()) {
            int sites = problem.network().sites().size();
            long[] spent = new long[sites + 1];
            double[] costs = {};
            for (int extra = 0; extra <= sites; extra++) {
                Allocation[] bySite = new Allocation[sites];
                Arrays.fill(bySite, Allocation.of(2, 2));
                if (extra < sites) {
                    bySite[extra] = Allocation.of(2, 7);
                }
                CostLedger ledger = new CostLedger();
                SamplingScheme scheme = SamplingScheme.ANTITHETIC;
                SiteStep step = estimator(problem, SiteMode.LAYER_WISE, scheme, 0.01f, EstimatorRules.of(scheme), 1)
                        .beginSites(0, EXAMPLES, TestSeeds.key("costs per site"), ledger);
                costs = step.siteCosts();
                step.estimate(SiteAllocation.of(bySite));
                spent[extra] = ledger.flops();
            }
            for (int j = 0; j < sites; j++) {
                // A sample is also contracted: two operations per element of the site's output, at most 200 elements
                // here.
                double more = (spent[j] - spent[sites]) / 5.0;
                assertThat(more - costs[j]).as("%s, site %d", problem, j).isBetween(0.0, 400.0);
                assertThat(costs[j]).isNotNegative();
            }
        }
    }

    @Test
    void chunksChangeNoBit() {
        NetworkCase problem = NetworkCase.visionTransformer();
        int sites = problem.network().sites().size();
        Allocation[] bySite = new Allocation[sites];
        Arrays.setAll(bySite, j -> Allocation.of(1 + j % 5, 9 - j % 4));
        float[][] found = new float[2][];
        for (int run = 0; run < 2; run++) {
            SamplingScheme scheme = SamplingScheme.CLEAN_BASELINE;
            found[run] = estimator(
                            problem, SiteMode.LAYER_WISE, scheme, 0.1f, EstimatorRules.of(scheme), run == 0 ? 1 : 64)
                    .beginSites(0, EXAMPLES, TestSeeds.key("chunks per site"), new CostLedger())
                    .estimate(SiteAllocation.of(bySite))
                    .estimate()
                    .gradient();
        }
        assertThat(found[0]).isEqualTo(found[1]);
    }

    @Test
    void refusesWhatIsNotLayerWiseAndAllocationsThatDoNotFit() {
        SamplingScheme scheme = SamplingScheme.CLEAN_BASELINE;
        EstimatorRules rules = EstimatorRules.of(scheme);
        LikelihoodRatioEstimator all = estimator(NetworkCase.tokens(), SiteMode.ALL_SITES, scheme, 0.1f, rules, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> all.beginSites(0, EXAMPLES, TestSeeds.key("x"), new CostLedger()))
                .withMessageStartingWith("mode = ALL_SITES, expected LAYER_WISE");
        SiteStep step = estimator(NetworkCase.tokens(), SiteMode.LAYER_WISE, scheme, 0.1f, rules, 4)
                .beginSites(0, EXAMPLES, TestSeeds.key("x"), new CostLedger());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(SiteAllocation.same(Allocation.of(1, 1), 3)))
                .withMessage("allocation has 3 sites, expected 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> step.estimate(SiteAllocation.same(Allocation.of(1, 1, 1), 2)))
                .withMessage("allocation has 3 examples, expected 2");
    }

    private static LikelihoodRatioEstimator estimator(
            NetworkCase problem,
            SiteMode mode,
            SamplingScheme scheme,
            float sigma,
            EstimatorRules rules,
            int samplesPerChunk) {
        return new LikelihoodRatioEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(mode, scheme, sigma, Math.max(samplesPerChunk, 1)),
                rules);
    }
}
