package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Objective;
import dev.flops.api.RandomKey;
import dev.flops.verify.problem.RademacherEnumeration;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.support.ReferenceNoise;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The parameter-space estimate equals its definition, and with Rademacher directions its exact mean and variance over all
 * 2¹⁰ sign vectors equal those of an enumeration. No statistics; floats limit agreement to about 10⁻⁶/σ.
 */
class ParameterEstimatorDefinitionTest {
    private static final double TOLERANCE = 1e-5;

    static Stream<Arguments> cases() {
        List<Arguments> list = new ArrayList<>();
        for (String name : ParameterProblems.all().keySet()) {
            for (SamplingScheme scheme : SamplingScheme.values()) {
                for (Distribution distribution : Distribution.values()) {
                    list.add(Arguments.of(name, scheme, distribution));
                }
            }
        }
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void estimateEqualsItsDefinition(String name, SamplingScheme scheme, Distribution distribution) {
        SmoothProblem problem = ParameterProblems.all().get(name);
        int[] examples = {2, 0, 1};
        Allocation allocation = Allocation.of(1, 3, 2);
        RandomKey key = TestSeeds.key("parameter definition, " + name);
        float[] found = ParameterProblems.estimator(problem, distribution, scheme, EstimatorRules.of(scheme))
                .begin(7, examples, key, new CostLedger())
                .estimate(allocation)
                .gradient();
        double[] expected = new double[ParameterProblems.DIMENSION];
        for (int i = 0; i < examples.length; i++) {
            for (int k = 0; k < allocation.samples(i); k++) {
                NoiseAddress address = new NoiseAddress(key.forExample(7, examples[i]), 0, k);
                double[] epsilon = new double[expected.length];
                for (int p = 0; p < epsilon.length; p++) {
                    epsilon[p] = distribution == Distribution.GAUSSIAN
                            ? ReferenceNoise.gaussian(address, p)
                            : ReferenceNoise.rademacher(address, p);
                }
                double w = weight(problem, examples[i], epsilon, scheme);
                for (int p = 0; p < epsilon.length; p++) {
                    expected[p] += w * epsilon[p] / (ParameterProblems.SIGMA * allocation.samples(i) * examples.length);
                }
            }
        }
        for (int p = 0; p < expected.length; p++) {
            assertThat((double) found[p]).isCloseTo(expected[p], within(TOLERANCE));
        }
    }

    private static double weight(SmoothProblem problem, int example, double[] epsilon, SamplingScheme scheme) {
        double[] plus = ParameterProblems.theta();
        double[] minus = ParameterProblems.theta();
        for (int p = 0; p < epsilon.length; p++) {
            plus[p] += ParameterProblems.SIGMA * epsilon[p];
            minus[p] -= ParameterProblems.SIGMA * epsilon[p];
        }
        return switch (scheme) {
            case ONE_POINT -> problem.loss(plus, example);
            case CLEAN_BASELINE -> problem.loss(plus, example) - problem.loss(ParameterProblems.theta(), example);
            case ANTITHETIC -> (problem.loss(plus, example) - problem.loss(minus, example)) / 2;
        };
    }

    static Stream<Arguments> enumerated() {
        return cases().filter(c -> c.get()[2] == Distribution.RADEMACHER);
    }

    /** Runs steps until every sign vector has been drawn; the estimate must be a function of the vector alone. */
    @ParameterizedTest
    @MethodSource("enumerated")
    void rademacherMomentsAreExact(String name, SamplingScheme scheme, Distribution distribution) {
        SmoothProblem problem = ParameterProblems.all().get(name);
        FirstPoint objective = new FirstPoint(problem);
        ParameterEstimator estimator =
                ParameterProblems.estimator(objective, distribution, scheme, EstimatorRules.of(scheme));
        RandomKey key = TestSeeds.key("sign vectors");
        Map<Integer, float[]> estimates = new HashMap<>();
        for (int step = 0; estimates.size() < 1 << ParameterProblems.DIMENSION; step++) {
            assertThat(step).as("steps until all sign vectors were drawn").isLessThan(50_000);
            GradientStep drawn = run(estimator, objective, key, step);
            float[] before = estimates.putIfAbsent(drawn.pattern(), drawn.gradient());
            if (before != null) {
                assertThat(drawn.gradient()).isEqualTo(before);
            }
        }
        double[] mean = new double[ParameterProblems.DIMENSION];
        double second = 0;
        for (float[] gradient : estimates.values()) {
            for (int p = 0; p < mean.length; p++) {
                mean[p] += gradient[p] / estimates.size();
                second += (double) gradient[p] * gradient[p] / estimates.size();
            }
        }
        RademacherEnumeration exact =
                RademacherEnumeration.of(problem, ParameterProblems.theta(), 1, ParameterProblems.SIGMA, scheme);
        double variance = second;
        for (int p = 0; p < mean.length; p++) {
            assertThat(mean[p]).isCloseTo(exact.mean()[p], within(TOLERANCE));
            variance -= mean[p] * mean[p];
        }
        assertThat(variance).isCloseTo(exact.variance(), within(TOLERANCE * (1 + exact.variance())));
    }

    private record GradientStep(int pattern, float[] gradient) {}

    private static GradientStep run(ParameterEstimator estimator, FirstPoint objective, RandomKey key, int step) {
        var open = estimator.begin(step, new int[] {1}, key, new CostLedger());
        objective.first = null;
        float[] gradient = open.estimate(Allocation.of(1)).gradient();
        int pattern = 0;
        for (int p = 0; p < objective.first.length; p++) {
            pattern |= objective.first[p] > ParameterProblems.theta()[p] ? 0 : 1 << p;
        }
        return new GradientStep(pattern, gradient);
    }

    /** Remembers the first point that it is asked about. */
    private static final class FirstPoint implements Objective {
        private final Objective objective;
        private float[] first;

        FirstPoint(Objective objective) {
            this.objective = objective;
        }

        @Override
        public int dimension() {
            return objective.dimension();
        }

        @Override
        public int examples() {
            return objective.examples();
        }

        @Override
        public void evaluate(float[] points, int[] examples, float[] losses) {
            if (first == null) {
                first = java.util.Arrays.copyOf(points, dimension());
            }
            objective.evaluate(points, examples, losses);
        }
    }
}
