package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.tensor.Workers;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The variance of the likelihood ratio with perturbed weights and biases, (m(k + 1) + 1)‖ΔᵀH‖² per sample, on a site with nothing
 * curved behind it. That a sample is what its definition says, number by number, is the matter of {@link PerturbedWeightsTest}; that
 * the definition has this variance, exactly, of {@link dev.flops.verify.problem.SiteVariances}' test. This one runs both together.
 */
@ExtendWith(SuiteLedger.class)
class PerturbedWeightsVarianceTest {
    private static final float SIGMA = 0.25f;
    private static final int[] EXAMPLES = {2, 0, 1};

    /** The squared length of a mean of at least 16 products in six dimensions: √8 Σλ³/(Σλ²)^1.5 ≈ 1.4 in the limit, and half as much for products. */
    private static final MeanTestDesign DESIGN = new MeanTestDesign(0.05, 1e-5, 1e-3, 2);

    /** For mutants, which are further off. */
    private static final MeanTestDesign ROUGH = new MeanTestDesign(0.1, 1e-3, 1e-3, 2);

    private static final Allocation UNEQUAL = Allocation.of(24, 16, 20);
    private static final LinearSuffix PROBLEM = LinearSuffix.create();

    @ParameterizedTest
    @EnumSource(names = {"CLEAN_BASELINE", "ANTITHETIC"})
    void varianceIsThatOfTheFormula(SamplingScheme scheme, FalseAlarmLedger ledger) {
        ledger.declare("perturbed weights, variance, " + scheme, DESIGN.alpha());
        TestResult result = test(DESIGN, scheme, EstimatorRules.of(scheme));
        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void theVarianceOfActivationsIsAnother() {
        double weights = 0;
        double activations = 0;
        for (int i = 0; i < EXAMPLES.length; i++) {
            weights += PROBLEM.variances(EXAMPLES[i]).weights() / UNEQUAL.samples(i);
            activations += PROBLEM.variances(EXAMPLES[i]).gaussian() / UNEQUAL.samples(i);
        }
        assertThat(Math.abs(weights / activations - 1)).isGreaterThan(0.1);
    }

    @Test
    void noMutantIsAccepted() {
        for (Mutants.Mutant mutant : Mutants.all()) {
            TestResult result = test(ROUGH, mutant.scheme(), mutant.rules());
            assertThat(result.verdict()).as("%s: %s", mutant, result).isNotEqualTo(Verdict.ACCEPTED);
        }
    }

    private static TestResult test(MeanTestDesign design, SamplingScheme scheme, EstimatorRules rules) {
        double[] mean = new double[PROBLEM.parameters().dimension()];
        double variance = 0;
        for (int i = 0; i < EXAMPLES.length; i++) {
            variance +=
                    PROBLEM.variances(EXAMPLES[i]).weights() / UNEQUAL.samples(i) / EXAMPLES.length / EXAMPLES.length;
            double[] gradient = PROBLEM.gradient(EXAMPLES[i]);
            for (int p = 0; p < mean.length; p++) {
                mean[p] += gradient[p] / EXAMPLES.length;
            }
        }
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                PROBLEM.network(),
                PROBLEM.parameters(),
                PROBLEM.data(),
                PROBLEM,
                LinearSuffix.OPS,
                Workers.callingThread(),
                new LikelihoodRatioConfig(SiteMode.LAYER_WISE, scheme, SIGMA, 64),
                rules,
                List.of(new SiteNoise(new PerturbedSpace.Weights(), SIGMA)));
        EstimatorRuns runs = new EstimatorRuns(
                estimator, EXAMPLES, UNEQUAL, TestSeeds.key("perturbed weights, variance, " + scheme));
        return new VarianceTest(design).run(runs, mean, variance, 1e-5 * variance);
    }
}
