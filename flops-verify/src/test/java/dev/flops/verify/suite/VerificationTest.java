package dev.flops.verify.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.api.Allocation;
import dev.flops.api.Distribution;
import dev.flops.api.RandomKey;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorFactory;
import dev.flops.verify.gradient.Expectation;
import dev.flops.verify.gradient.GradientCell;
import dev.flops.verify.gradient.MeanFormula;
import dev.flops.verify.gradient.VarianceFormula;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.problem.StandardProblems;
import dev.flops.verify.stat.TestResult;
import dev.flops.verify.stat.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The machinery around the statistics; what is drawn here has a fixed seed. */
class VerificationTest {
    private static final double SIGMA = 0.25;

    private static final EstimatorFactory PAIRS = (objective, parameters) -> new ParameterEstimator(
            objective,
            parameters,
            TensorOps.of(SimdWidth.AUTO),
            new ParameterEstimatorConfig(SamplingScheme.ANTITHETIC, Distribution.GAUSSIAN, (float) SIGMA, 64));

    private static final EstimatorClaim CLAIM =
            EstimatorClaim.gaussian("pairs", SIGMA, SamplingScheme.ANTITHETIC, PAIRS);

    @Test
    void varianceOfABatchIsTheSumOverExamples() {
        NamedProblem problem = StandardProblems.cubic();
        GradientCell cell = GradientCell.of(CLAIM, problem, new int[] {2, 1}, Allocation.of(3, 5), RandomKey.ofSeed(1))
                .orElseThrow();
        double[] theta = problem.theta();
        double first = problem.problem().sampleVariance(theta, 2, SIGMA, SamplingScheme.ANTITHETIC);
        double second = problem.problem().sampleVariance(theta, 1, SIGMA, SamplingScheme.ANTITHETIC);
        assertThat(cell.variance().getAsDouble()).isCloseTo((first / 3 + second / 5) / 4, within(1e-12));
        double[] one = problem.problem().smoothedGradient(theta, 2, SIGMA);
        double[] two = problem.problem().smoothedGradient(theta, 1, SIGMA);
        for (int p = 0; p < one.length; p++) {
            assertThat(cell.expectation().mean()[p]).isCloseTo((one[p] + two[p]) / 2, within(1e-12));
        }
        assertThat(cell.withoutVariance().variance()).isEmpty();
    }

    @Test
    void samplesThatAreMoreSkewedThanDeclaredAreNoPass() {
        VerificationDesign tooSmooth = new VerificationDesign(1e-3, 1e-3, 1, 0, 0, 1);
        VerificationReport report = new Verification(tooSmooth).verify(CLAIM, List.of(StandardProblems.exponential()));
        assertThat(report.cells())
                .singleElement()
                .extracting(CellReport::verdict)
                .isEqualTo(Verdict.INVALID);
        assertThat(report.passed()).isFalse();
        assertThat(report.toString()).startsWith("pairs on exponential");
    }

    @Test
    void aClaimThatSaysNothingIsNoPass() {
        EstimatorClaim silent = new EstimatorClaim(
                "silent",
                PAIRS,
                SIGMA,
                EstimatorClaim.Shares.ANY,
                (problem, theta, example) -> Optional.empty(),
                VarianceFormula.unknown());
        assertThatThrownBy(() ->
                        new Verification(VerificationDesign.DEFAULT).verify(silent, List.of(StandardProblems.linear())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("silent", "linear", "expected at least one pair");
    }

    @Test
    void aMutantIsAsExpectedWhenItIsRejected() {
        TestResult accepted = new TestResult("first", 2000, 0.01, 0.1, 0, 0, 0, 0.5, Verdict.ACCEPTED);
        TestResult rejected = new TestResult("second", 2000, 0.01, 0.1, 1, 0, 9, 1e-9, Verdict.REJECTED);
        TestResult invalid = new TestResult("third", 3, 0.01, 0.1, 0, 0, 0, 0.9, Verdict.INVALID);
        CellReport bad = new CellReport("e", "p", Optional.empty(), List.of(accepted, rejected, invalid), 1);
        assertThat(bad.verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(bad.asExpected()).isFalse();
        assertThat(bad.worst()).isEqualTo(rejected);
        assertThat(new CellReport("e", "p", Optional.of("m"), bad.results(), 1).asExpected())
                .isTrue();
        CellReport unknown = new CellReport("e", "p", Optional.of("m"), List.of(accepted, invalid), 1);
        assertThat(unknown.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(unknown.asExpected()).isFalse();
        assertThatThrownBy(() -> new CellReport("e", "p", Optional.empty(), List.of(), 1))
                .hasMessageContaining("results is empty");
    }

    @Test
    void theSecondOrderClaimToleratesNothingWithoutThirdDerivatives() {
        NamedProblem quadratic = StandardProblems.quadratic();
        Expectation exact = MeanFormula.gradientToSecondOrder(SIGMA)
                .of(quadratic.problem(), quadratic.theta(), 0)
                .orElseThrow();
        assertThat(exact.tolerance()).containsOnly(0);
        NamedProblem cubic = StandardProblems.cubic();
        Expectation biased = MeanFormula.gradientToSecondOrder(SIGMA)
                .of(cubic.problem(), cubic.theta(), 0)
                .orElseThrow();
        double[] smoothed = cubic.problem().smoothedGradient(cubic.theta(), 0, SIGMA);
        assertThat(biased.tolerance()[0]).isCloseTo(2 * Math.abs(smoothed[0] - biased.mean()[0]), within(1e-12));
        assertThat(biased.tolerance()[0]).isPositive();
    }

    @Test
    void argumentsAreChecked() {
        assertThatThrownBy(() -> VerificationDesign.DEFAULT.withAlpha(1)).hasMessageContaining("alpha = 1.0");
        assertThatThrownBy(() -> new VarianceComparison(0, 2, 1)).hasMessageContaining("queries = 0");
        assertThatThrownBy(() -> new VarianceComparison(1, 1, 1)).hasMessageContaining("estimates = 1");
        assertThatThrownBy(() -> EstimatorClaim.gaussian("e", 0, SamplingScheme.ONE_POINT, PAIRS))
                .hasMessageContaining("sigma = 0.0");
        assertThatThrownBy(() -> new Expectation(new double[2], new double[] {0, -1}))
                .hasMessageContaining("tolerance[1] = -1.0");
        assertThatThrownBy(() -> new Expectation(new double[2], new double[1]))
                .hasMessageContaining("tolerance.length = 1");
    }
}
