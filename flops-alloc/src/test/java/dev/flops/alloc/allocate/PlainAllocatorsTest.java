package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.api.RandomKey;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The equal allocator and the Neyman plug-in. */
final class PlainAllocatorsTest {
    private static final RandomKey KEY = RandomKey.ofSeed(0);

    @Test
    void equalGivesWhatDoesNotDivideToTheFirst() {
        double[] remembered = {9, 1, Double.NaN};
        assertThat(allocateEqually(remembered, 8)).isEqualTo(Allocation.of(3, 3, 2));
    }

    private static Allocation allocateEqually(double[] remembered, int samples) {
        EqualAllocator equal = new EqualAllocator();
        return equal.allocate(Problems.remembering(remembered, samples, 1, KEY), equal.initialState());
    }

    @Test
    void neymanIsProportionalToTheRootWhereThatIsWhole() {
        assertThat(neyman(new double[] {16, 1, 4, 9}, 20, 1)).isEqualTo(Allocation.of(8, 2, 4, 6));
    }

    @Test
    void neymanGivesUnknownExamplesTheMeanOfTheKnown() {
        assertThat(neyman(new double[] {1, Double.NaN, 7}, 20, 1)).isEqualTo(neyman(new double[] {1, 4, 7}, 20, 1));
        assertThat(neyman(new double[] {Double.POSITIVE_INFINITY, 2, 2, -1}, 8, 1))
                .isEqualTo(Allocation.of(2, 2, 2, 2));
    }

    @Test
    void neymanWithoutAnyKnowledgeIsEqual() {
        assertThat(neyman(new double[] {Double.NaN, Double.NaN, Double.NaN}, 10, 2))
                .isEqualTo(Allocation.equal(3, 10));
        assertThat(neyman(new double[] {0, 0, 0}, 10, 2)).isEqualTo(Allocation.equal(3, 10));
    }

    /** A sample moved anywhere, and a random allocation, are no better under the variances that were remembered. */
    @Property(tries = 500)
    void neymanIsAtMostAnyOtherAllocation(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int batch = random.nextInt(2, 30);
        double[] variances = new double[batch];
        for (int i = 0; i < batch; i++) {
            variances[i] = StrictMath.exp(2 * random.nextGaussian());
        }
        int samples = batch + random.nextInt(8 * batch);
        int[] best = neyman(variances, samples, 1).toArray();
        int[] other = new int[batch];
        Arrays.fill(other, 1);
        for (int k = batch; k < samples; k++) {
            other[random.nextInt(batch)]++;
        }
        int[] moved = best.clone();
        int from = random.nextInt(batch);
        if (moved[from] > 1) {
            moved[from]--;
            moved[random.nextInt(batch)]++;
        }
        double least = AllocationDiagnostics.variance(variances, best) * (1 - 1e-14);
        assertThat(AllocationDiagnostics.variance(variances, other)).isGreaterThanOrEqualTo(least);
        assertThat(AllocationDiagnostics.variance(variances, moved)).isGreaterThanOrEqualTo(least);
    }

    private static Allocation neyman(double[] remembered, int samples, int minimum) {
        NeymanAllocator neyman = new NeymanAllocator();
        return neyman.allocate(Problems.remembering(remembered, samples, minimum, KEY), neyman.initialState());
    }
}
