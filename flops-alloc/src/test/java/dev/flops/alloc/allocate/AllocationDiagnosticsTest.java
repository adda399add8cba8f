package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AllocationDiagnosticsTest {
    @Test
    void anExampleByHand() {
        // s = (1, 3): mean 2, sd 1. V = 1/1 + 9/3 = 4, equal 1/2 + 9/2 = 5, and (1, 3) is the optimum.
        AllocationDiagnostics found = AllocationDiagnostics.of(new double[] {1, 9}, Allocation.of(1, 3), 1);
        assertThat(found.coefficientOfVariation()).isEqualTo(0.5);
        assertThat(found.idealRatio()).isEqualTo(0.8);
        assertThat(found.ratioToEqual()).isEqualTo(0.8);
        assertThat(found.ratioToOptimum()).isEqualTo(1);
        double entropy = -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75);
        assertThat(found.entropy()).isCloseTo(entropy, within(1e-15));
        assertThat(found.normalizedEntropy()).isCloseTo(entropy / Math.log(2), within(1e-15));
    }

    @Test
    void equalAllocationOfEqualVariances() {
        AllocationDiagnostics found = AllocationDiagnostics.of(new double[] {2, 2, 2}, Allocation.of(4, 4, 4), 2);
        assertThat(found.coefficientOfVariation()).isZero();
        assertThat(found.idealRatio()).isCloseTo(1, within(1e-15));
        assertThat(found.ratioToEqual()).isCloseTo(1, within(1e-15));
        assertThat(found.ratioToOptimum()).isEqualTo(1);
        assertThat(found.normalizedEntropy()).isCloseTo(1, within(1e-15));
    }

    @Test
    void degenerateBatches() {
        AllocationDiagnostics zero = AllocationDiagnostics.of(new double[] {0, 0}, Allocation.of(1, 3), 1);
        assertThat(zero.coefficientOfVariation()).isZero();
        assertThat(zero.idealRatio()).isEqualTo(1);
        assertThat(zero.ratioToEqual()).isEqualTo(1);
        assertThat(zero.ratioToOptimum()).isEqualTo(1);
        AllocationDiagnostics single = AllocationDiagnostics.of(new double[] {5}, Allocation.of(3), 1);
        assertThat(single.entropy()).isZero();
        assertThat(single.normalizedEntropy()).isEqualTo(1);
    }

    @Property(tries = 300)
    void theTwoFormsOfTheIdealRatioAgreeAndBoundTheOptimum(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int batch = random.nextInt(1, 50);
        double[] variances = new double[batch];
        for (int i = 0; i < batch; i++) {
            variances[i] = StrictMath.exp(3 * random.nextGaussian());
        }
        int samples = batch + random.nextInt(20 * batch);
        Allocation best = Allocation.of(NeymanSolver.solve(variances, samples, 1, Integer.MAX_VALUE));
        AllocationDiagnostics found = AllocationDiagnostics.of(variances, best, 1);
        double cv = found.coefficientOfVariation();
        assertThat(found.idealRatio()).isCloseTo(1 / (1 + cv * cv), within(1e-13));
        assertThat(found.ratioToEqual()).isGreaterThanOrEqualTo(found.idealRatio() * (1 - 1e-13));
        assertThat(found.ratioToOptimum()).isEqualTo(1);
        assertThat(found.normalizedEntropy()).isBetween(0.0, 1 + 1e-13);
    }

    @Test
    void refusesBadArguments() {
        Allocation allocation = Allocation.of(1, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllocationDiagnostics.of(new double[3], allocation, 1))
                .withMessage("variances.length = 3, expected 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllocationDiagnostics.of(new double[] {1, Double.NaN}, allocation, 1))
                .withMessage("variances[1] = NaN, expected >= 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllocationDiagnostics.of(new double[2], allocation, 2))
                .withMessage("allocation[0] = 1, expected >= minimum = 2");
    }

    @Test
    void aWeightedAllocationByHand() {
        // ω² v/n of the first and third: 4/2 + 0.25 · 9/1; the second has no sample, and the mean 5 of the others.
        double[] measured = {1, Double.NaN, 9};
        Allocation weighted = Allocation.weighted(new int[] {2, 0, 1}, new double[] {2, 0, 0.5});
        AllocationDiagnostics found = AllocationDiagnostics.of(measured, weighted, 1);
        assertThat(AllocationDiagnostics.variance(measured, weighted)).isEqualTo(2 + 2.25);
        assertThat(found.ratioToEqual()).isCloseTo(4.25 / 15, within(1e-15));
        assertThat(found.entropy()).isCloseTo(Math.log(3) - 2.0 / 3 * Math.log(2), within(1e-15));
        assertThat(measured[1]).isNaN();
    }
}
