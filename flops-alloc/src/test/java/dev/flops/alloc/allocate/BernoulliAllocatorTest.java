package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.RandomKey;
import dev.flops.api.StepSignals;
import org.junit.jupiter.api.Test;

final class BernoulliAllocatorTest {
    private static final float[] LOSSES = {1, 9, 2, 8};

    @Test
    void certainHalvingByHand() {
        // Mean 5: the first and third are halved from 6 to 3, which frees 6, three for each of the others.
        assertThat(allocate(1, LOSSES, 24, 1)).isEqualTo(Allocation.of(3, 9, 3, 9));
        // From 7, 6, 6, 6 an odd count is halved upward; 3 + 3 are freed.
        assertThat(allocate(1, LOSSES, 25, 1)).isEqualTo(Allocation.of(4, 9, 3, 9));
        // The minimum stops the halving at 5, which frees 2.
        assertThat(allocate(1, LOSSES, 24, 5)).isEqualTo(Allocation.of(5, 7, 5, 7));
        // An odd number is freed: the first of the rest has one more.
        assertThat(allocate(1, new float[] {1, 9, 9, 9}, 24, 1)).isEqualTo(Allocation.of(3, 7, 7, 7));
        assertThat(allocate(1, new float[] {1, 9, 9}, 18, 1)).isEqualTo(Allocation.of(3, 8, 7));
    }

    @Test
    void equalLossesAndProbabilityZeroGiveEqualShares() {
        assertThat(allocate(1, new float[] {0.1f, 0.1f, 0.1f}, 11, 1)).isEqualTo(Allocation.equal(3, 11));
        assertThat(allocate(0, LOSSES, 24, 1)).isEqualTo(Allocation.equal(4, 24));
        assertThat(allocate(1, new float[] {3}, 7, 1)).isEqualTo(Allocation.of(7));
    }

    /**
     * The halving of one example is a Bernoulli variable with the probability that was asked for. Hoeffding: the mean of n = 4000
     * is off by more than 0.05 with probability at most 2 exp(−2 n 0.05²) = 4e-9; a probability of 0.25 in the place of 0.5 is seen.
     */
    @Test
    void halvesWithTheGivenProbabilityAndIndependentlyPerExample() {
        int both = 0;
        int first = 0;
        int runs = 4000;
        RandomKey key = PlannedTest.key("BernoulliAllocatorTest.probability");
        for (int step = 0; step < runs; step++) {
            int[] n = allocator(0.5)
                    .allocate(
                            request(LOSSES, 24, 1, key.forStep(step)),
                            allocator(0.5).initialState())
                    .toArray();
            first += n[0] == 3 ? 1 : 0;
            both += n[0] == 3 && n[2] == 3 ? 1 : 0;
        }
        assertThat(first / (double) runs).isBetween(0.45, 0.55);
        assertThat(both / (double) runs).isBetween(0.20, 0.30);
    }

    @Test
    void needsLossesAndAProbability() {
        AllocationRequest blind = Problems.remembering(new double[] {1, 2}, 8, 1, RandomKey.ofSeed(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> allocator(1).allocate(blind, allocator(1).initialState()))
                .withMessageStartingWith("signals.cleanLosses is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> allocator(1.5))
                .withMessage("probability = 1.5, expected 0.0 <= probability <= 1.0");
    }

    private static BernoulliAllocator allocator(double probability) {
        return new BernoulliAllocator(probability);
    }

    private static Allocation allocate(double probability, float[] losses, int samples, int minimum) {
        BernoulliAllocator allocator = allocator(probability);
        return allocator.allocate(request(losses, samples, minimum, RandomKey.ofSeed(3)), allocator.initialState());
    }

    private static AllocationRequest request(float[] losses, int samples, int minimum, RandomKey key) {
        StepSignals signals = new StepSignals(0, Problems.examples(losses.length), losses, new float[0]);
        double[] unknown = new double[losses.length];
        java.util.Arrays.fill(unknown, Double.NaN);
        return new AllocationRequest(signals, unknown, samples, minimum, key);
    }
}
