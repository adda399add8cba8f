package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.gradient.EstimatorRuns;
import dev.flops.verify.gradient.VarianceTest;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.OracleNetwork;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The variance of the layer-wise estimator at one linear site with T tokens. With m features, Δ = ∂ℓ/∂a (T, m) and
 * H (T, k + 1), whose last column of ones stands for the bias,
 *
 * <pre>
 *   v = m‖Δ‖²‖H‖² + ‖ΔᵀH‖²,    tr Cov(ĝ) = (1/B²) Σ v_i / n_i,    E v̂ = m‖Δ‖²‖H‖² ∈ [m/(m + 1) v, v]
 * </pre>
 *
 * <p>for a loss that is linear in the activations. With σ = 0.005 the curvature of the cross-entropy changes second moments
 * by O(σ²) ≈ 10⁻⁴ of themselves; H0 tolerates 10⁻³.
 */
@ExtendWith(SuiteLedger.class)
class LikelihoodRatioVarianceTest {
    private static final float SIGMA = 0.005f;
    private static final double LINEARITY = 1e-3;
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final int FEATURES = 4;

    /** The first example, with few samples, decides: a squared length of a mean of 4 products, simulated on its own as 3.8. */
    private static final MeanTestDesign DESIGN = new MeanTestDesign(0.05, 5e-5, 1e-3, 5);

    private final NetworkCase problem = NetworkCase.tokens();
    private final Parameters first = problem.network().parameters().select(name -> name.startsWith("first"));

    @ParameterizedTest
    @EnumSource(names = {"CLEAN_BASELINE", "ANTITHETIC"})
    void varianceIsThatOfTheFormula(SamplingScheme scheme, FalseAlarmLedger ledger) {
        for (Allocation allocation : new Allocation[] {Allocation.equal(3, 24), Allocation.of(16, 4, 5)}) {
            ledger.declare("likelihood ratio, variance, " + scheme + ", " + allocation, DESIGN.alpha());
            TestResult result = testVariance(scheme, allocation, EstimatorRules.of(scheme));
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
        }
    }

    /** Some mutants are so skewed that the test calls itself invalid, which no assertion above would take for a success. */
    @Test
    void varianceAcceptsNoMutant() {
        for (Mutants.Mutant mutant : Mutants.all()) {
            TestResult result = testVariance(mutant.scheme(), Allocation.of(16, 4, 5), mutant.rules());
            assertThat(result.verdict()).as("%s: %s", mutant, result).isNotEqualTo(Verdict.ACCEPTED);
            assertThat(result.z()).as("%s: %s", mutant, result).isGreaterThan(10);
        }
    }

    private TestResult testVariance(SamplingScheme scheme, Allocation allocation, EstimatorRules rules) {
        double variance = 0;
        for (int i = 0; i < EXAMPLES.length; i++) {
            Formula f = formula(EXAMPLES[i]);
            variance += (f.product() + f.coherent()) / allocation.samples(i) / EXAMPLES.length / EXAMPLES.length;
        }
        double[] mean = new OracleGradient(problem).gradient(EXAMPLES);
        for (Parameter p : first.list()) {
            if (!p.trainable()) {
                java.util.Arrays.fill(mean, p.offset(), p.offset() + p.length(), 0);
            }
        }
        return new VarianceTest(DESIGN).run(runs(scheme, allocation, rules), mean, variance, LINEARITY * variance);
    }

    @Test
    void reportedSampleVarianceIsTheSecondMomentWithoutCoherence(FalseAlarmLedger ledger) {
        // v̂ of n samples is m‖H‖² times a mean of n squares (Δ·ε)², of skewness √8/√n.
        MeanTestDesign design = new MeanTestDesign(0.05, 1e-5, 1e-3, Math.sqrt(8.0 / 8) * 4 / 3).forEachOf(3);
        EstimatorRuns runs = runs(
                SamplingScheme.CLEAN_BASELINE,
                Allocation.equal(3, 24),
                EstimatorRules.of(SamplingScheme.CLEAN_BASELINE));
        ledger.declare("likelihood ratio, reported sample variance", 1e-5);
        Moments[] moments = {new Moments(), new Moments(), new Moments()};
        for (int step = 0; step < design.sampleSize(); step++) {
            double[] reported = runs.estimate(step).sampleVariances();
            for (int i = 0; i < moments.length; i++) {
                moments[i].add(reported[i]);
            }
        }
        for (int i = 0; i < moments.length; i++) {
            Formula f = formula(EXAMPLES[i]);
            double variance = f.product() + f.coherent();
            TestResult result = design.test(
                    "E of the reported variance of example " + EXAMPLES[i] + " is m |D|^2 |H|^2",
                    moments[i],
                    f.product(),
                    LINEARITY * f.product());
            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.ACCEPTED);
            assertThat(f.product() / variance).isBetween((double) FEATURES / (FEATURES + 1), 1.0);
        }
    }

    private EstimatorRuns runs(SamplingScheme scheme, Allocation allocation, EstimatorRules rules) {
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                problem.network(),
                first,
                problem.data(),
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(SiteMode.LAYER_WISE, scheme, SIGMA, 32),
                rules);
        return new EstimatorRuns(
                estimator, EXAMPLES, allocation, TestSeeds.key("layer-wise variance, " + scheme + ", " + allocation));
    }

    /** m‖Δ‖²‖H‖² and ‖ΔᵀH‖². */
    private record Formula(double product, double coherent) {}

    private Formula formula(int example) {
        OracleGradient oracle = new OracleGradient(problem);
        double[] theta = problem.theta();
        double[] x = problem.features(example);
        int tokens = 3;
        int inputs = 2;
        double[] delta = new double[tokens * FEATURES];
        for (int e = 0; e < delta.length; e++) {
            delta[e] =
                    (oracle.loss(theta, example, shift(e, 1e-5)) - oracle.loss(theta, example, shift(e, -1e-5))) / 2e-5;
        }
        double deltaNorm = 0;
        double inputNorm = tokens;
        for (double d : delta) {
            deltaNorm += d * d;
        }
        for (double h : x) {
            inputNorm += h * h;
        }
        double coherent = 0;
        for (int f = 0; f < FEATURES; f++) {
            for (int k = 0; k <= inputs; k++) {
                double entry = 0;
                for (int t = 0; t < tokens; t++) {
                    entry += delta[t * FEATURES + f] * (k == inputs ? 1 : x[t * inputs + k]);
                }
                coherent += entry * entry;
            }
        }
        return new Formula(FEATURES * deltaNorm * inputNorm, coherent);
    }

    private static OracleNetwork.Probe shift(int element, double by) {
        return (site, activation) -> {
            if (site == 0) {
                activation[element] += by;
            }
        };
    }
}
