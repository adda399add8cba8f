package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.RandomKey;
import org.junit.jupiter.api.Test;

final class ImportanceAllocatorTest {
    private static final double[] VARIANCES = {1, 4, 9, 0};

    @Test
    void probabilitiesAreRootsMixedWithTheUniform() {
        double[] p = importance(0.5).probabilities(Problems.remembering(VARIANCES, 12, 1, RandomKey.ofSeed(0)));
        double[] expected = {0.5 / 6 + 0.125, 1.0 / 6 + 0.125, 0.25 + 0.125, 0.125};
        assertThat(p).containsExactly(expected, within(1e-15));
        double[] none = importance(0.5).probabilities(Problems.remembering(new double[4], 12, 1, RandomKey.ofSeed(0)));
        assertThat(none).containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void weightsAreTheNumberOfDrawsOverItsExpectation() {
        double[] p = importance(0.1).probabilities(Problems.remembering(VARIANCES, 12, 1, RandomKey.ofSeed(0)));
        boolean leftOut = false;
        for (int seed = 0; seed < 50; seed++) {
            Allocation found = allocate(importance(0.1), 12, 1, RandomKey.ofSeed(seed));
            for (int i = 0; i < 4; i++) {
                assertThat(found.weight(i)).isCloseTo(found.samples(i) / (12 * p[i]), within(1e-14));
                leftOut |= found.samples(i) == 0;
            }
        }
        assertThat(leftOut).isTrue();
    }

    /** ω_i = n_i/(N_s p_i) lies in [0, 1/p_i] and has mean 1. */
    @Test
    void weightsHaveMeanOne() {
        assertThat(largestDeviation((n, samples, p) -> n / (samples * p), 1)).isLessThan(0.1);
        assertThat(largestDeviation((n, samples, p) -> n / (samples * p), 2)).isLessThan(0.1);
    }

    @Test
    void theMeanRejectsWeightsOfInclusionAndOfPooling() {
        assertThat(largestDeviation((n, samples, p) -> 1, 1)).isGreaterThan(0.1);
        assertThat(largestDeviation((n, samples, p) -> 4.0 * n / samples, 1)).isGreaterThan(0.1);
        assertThat(largestDeviation((n, samples, p) -> (n + 1) / (samples * p), 1))
                .isGreaterThan(0.1);
    }

    /**
     * Largest |mean ω_i − 1| for N_s = 8. ω_i is m/(N_s p_i) times a binomial (N_s/m, p_i) with p_i ≥ 1/8, so that sd(ω_i) ≤
     * √(m/(N_s p_i)) ≤ 1.5, and 40,000 means have standard errors below 0.0075: a deviation of 0.1 is 13 of them.
     */
    private static double largestDeviation(ImportanceAllocator.WeightRule rule, int minimum) {
        ImportanceAllocator allocator = new ImportanceAllocator(AllocationSignal.REMEMBERED, 0.5, rule);
        RandomKey key = PlannedTest.key("ImportanceAllocatorTest.weights");
        int runs = 40_000;
        double[] mean = new double[4];
        for (int step = 0; step < runs; step++) {
            Allocation found = allocate(allocator, 8, minimum, key.forStep(step));
            for (int i = 0; i < 4; i++) {
                mean[i] += found.weight(i) / runs;
            }
        }
        double largest = 0;
        for (double value : mean) {
            largest = Math.max(largest, Math.abs(value - 1));
        }
        return largest;
    }

    @Test
    void drawsGroupsWhereTheEstimatorNeedsMoreThanOneSample() {
        for (int seed = 0; seed < 50; seed++) {
            Allocation found = allocate(importance(0.3), 23, 5, RandomKey.ofSeed(seed));
            assertThat(found.total()).isEqualTo(23);
            for (int i = 0; i < 4; i++) {
                assertThat(found.samples(i)).isNotIn(1, 2, 3, 4);
            }
        }
    }

    @Test
    void refusesAnUnboundedWeight() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> importance(0))
                .withMessageStartingWith("uniformPart = 0.0, expected");
    }

    private static ImportanceAllocator importance(double uniformPart) {
        return new ImportanceAllocator(AllocationSignal.REMEMBERED, uniformPart);
    }

    private static Allocation allocate(ImportanceAllocator allocator, int samples, int minimum, RandomKey key) {
        return allocator.allocate(Problems.remembering(VARIANCES, samples, minimum, key), allocator.initialState());
    }
}
