package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.RandomKey;
import dev.flops.api.StepSignals;
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

    @Test
    void neymanWorksFromTheSignalThatIsChosen() {
        double[] remembered = {1, 1, 1};
        StepSignals signals = new StepSignals(
                0, Problems.examples(3), new float[] {1, 2, 5}, new float[] {0.5f, 0.25f, 0.25f}, new double[] {1, 9, 16
                });
        AllocationRequest request = new AllocationRequest(signals, remembered, 24, 1, KEY);
        assertThat(neyman(AllocationSignal.REMEMBERED, request)).isEqualTo(Allocation.of(8, 8, 8));
        assertThat(neyman(AllocationSignal.LOSS, request)).isEqualTo(Allocation.of(3, 6, 15));
        assertThat(neyman(AllocationSignal.ERROR_NORM, request)).isEqualTo(Allocation.of(12, 6, 6));
        assertThat(neyman(AllocationSignal.PILOT, request)).isEqualTo(Allocation.of(3, 9, 12));
    }

    @Test
    void neymanForALeaveOneOutBaselineMinimisesVariancesOverOneSampleLess() {
        NeymanAllocator neyman = new NeymanAllocator(AllocationSignal.REMEMBERED, true);
        AllocationRequest request = Problems.remembering(new double[] {16, 1, 4, 9}, 24, 2, KEY);
        assertThat(neyman.allocate(request, neyman.initialState())).isEqualTo(Allocation.of(9, 3, 5, 7));
        assertThat(neyman.name()).isEqualTo("neyman-leave-one-out");
    }

    @Test
    void aSignalThatIsNotThereIsRefused() {
        AllocationRequest blind = Problems.remembering(new double[] {1, 2}, 8, 1, KEY);
        for (AllocationSignal signal : AllocationSignal.values()) {
            if (signal != AllocationSignal.REMEMBERED) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> neyman(signal, blind))
                        .withMessageContaining(" is empty, expected one entry per example");
            }
        }
    }

    private static Allocation neyman(AllocationSignal signal, AllocationRequest request) {
        NeymanAllocator neyman = new NeymanAllocator(signal);
        return neyman.allocate(request, neyman.initialState());
    }

    @Test
    void theOracleIsTheOptimumForTheTruthAndIgnoresWhatIsRemembered() {
        OracleAllocator oracle = new OracleAllocator(examples -> new double[] {examples[0], 16, 4, 9});
        AllocationRequest request = Problems.remembering(new double[] {5, 5, 0, 5}, 20, 1, KEY);
        assertThat(request.signals().examples()[0]).isEqualTo(1);
        assertThat(oracle.allocate(request, oracle.initialState())).isEqualTo(Allocation.of(2, 8, 4, 6));
        OracleAllocator wrong = new OracleAllocator(examples -> new double[3]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wrong.allocate(request, wrong.initialState()))
                .withMessage("variances.length = 3, expected 4");
    }

    @Test
    void theBiasedControlWeightsExamplesByTheirSamples() {
        BiasedPooledControl pooled = new BiasedPooledControl(new NeymanAllocator());
        Allocation found =
                pooled.allocate(Problems.remembering(new double[] {16, 1, 4, 9}, 20, 1, KEY), pooled.initialState());
        assertThat(found).isEqualTo(Allocation.weighted(new int[] {8, 2, 4, 6}, new double[] {1.6, 0.4, 0.8, 1.2}));
        assertThat(pooled.name()).isEqualTo("pooled-biased-neyman");
    }
}
