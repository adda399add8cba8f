package dev.flops.verify.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.SamplingScheme;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandardProblemsTest {
    private static final double SIGMA = 0.25;

    @Test
    void problemsAreFoundByName() {
        assertThat(StandardProblems.all()).allSatisfy(problem -> {
            assertThat(StandardProblems.named(problem.name())).hasToString(problem.name());
            assertThat(problem.problem().dimension()).isEqualTo(StandardProblems.DIMENSION);
            assertThat(problem.problem().examples()).isEqualTo(StandardProblems.EXAMPLES);
        });
        assertThatThrownBy(() -> StandardProblems.named("sextic"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("problem = sextic", "linear, quadratic, exponential, cubic, logistic, network");
    }

    /** Five nodes per variable are enough: a finer rule on another grid changes nothing that matters. */
    @ParameterizedTest
    @EnumSource
    void quadratureOfTheNetworkHasConverged(SamplingScheme scheme) {
        NamedProblem network = StandardProblems.network();
        double[] theta = network.theta();
        SmoothProblem finer = new QuadratureProblem(network.problem(), theta.length, 3, 7);
        double[] expected = finer.smoothedGradient(theta, 1, SIGMA);
        double[] found = network.problem().smoothedGradient(theta, 1, SIGMA);
        for (int p = 0; p < expected.length; p++) {
            assertThat(found[p]).isCloseTo(expected[p], within(1e-6));
        }
        double variance = finer.sampleVariance(theta, 1, SIGMA, scheme);
        assertThat(network.problem().sampleVariance(theta, 1, SIGMA, scheme))
                .isCloseTo(variance, within(1e-5 * variance));
    }

    /** The derivative of the network's loss by the chain rule, written out. */
    @Test
    void gradientOfTheNetworkIsThatOfTheChainRule() {
        double[][] inputs = {{1, -0.5}};
        SmallNetwork network = new SmallNetwork(inputs, new int[] {-1}, 2);
        double[] theta = {0.3, -0.8, 0.5, 0.9, -1.2, 0.7, 0.1};
        double a = Math.tanh(theta[0] * 1 + theta[1] * -0.5);
        double b = Math.tanh(theta[2] * 1 + theta[3] * -0.5);
        double logit = theta[6] + theta[4] * a + theta[5] * b;
        assertThat(network.loss(theta, 0)).isCloseTo(Math.log(1 + Math.exp(logit)), within(1e-14));
        double slope = 1 / (1 + Math.exp(-logit));
        double first = slope * theta[4] * (1 - a * a);
        double second = slope * theta[5] * (1 - b * b);
        double[] expected = {first, -0.5 * first, second, -0.5 * second, slope * a, slope * b, slope};
        double[] found = FiniteDifferences.gradient(network, theta, 0);
        for (int p = 0; p < expected.length; p++) {
            assertThat(found[p]).isCloseTo(expected[p], within(1e-10));
        }
    }

    @Test
    void smoothnessIsTheSpectralNorm() {
        double[][] hessian = {{1, 2}, {2, -2}};
        QuadraticProblem problem = new QuadraticProblem(new double[1], new double[1][2], hessian);
        assertThat(problem.smoothness(0).getAsDouble()).isCloseTo(3, within(1e-12));
        assertThat(RidgeProblem.logistic(new double[][] {{3, 4}}).smoothness(0).getAsDouble())
                .isCloseTo(6.25, within(1e-12));
    }

    @Test
    void argumentsAreChecked() {
        LossFunction flat = (theta, example) -> 0;
        assertThatThrownBy(() -> new QuadratureProblem(flat, 0, 1, 3)).hasMessageContaining("dimension = 0");
        assertThatThrownBy(() -> new QuadratureProblem(flat, 1, 0, 3)).hasMessageContaining("examples = 0");
        assertThatThrownBy(() -> new QuadratureProblem(flat, 11, 1, 5)).hasMessageContaining("5 ^ 11");
        assertThatThrownBy(() -> new SmallNetwork(new double[1][2], new int[2], 1))
                .hasMessageContaining("signs.length = 2");
        assertThatThrownBy(() -> new SmallNetwork(new double[1][2], new int[1], 1))
                .hasMessageContaining("signs[0] = 0");
        assertThatThrownBy(() -> new SmallNetwork(new double[1][2], new int[] {1}, 0))
                .hasMessageContaining("hidden = 0");
        assertThatThrownBy(() -> new CubicProblem(1, new double[1][2], new double[1][3]))
                .hasMessageContaining("directions is 1 x 3");
        assertThatThrownBy(() -> new NamedProblem("p", StandardProblems.linear().problem(), new float[2]))
                .hasMessageContaining("point.length = 2");
    }
}
