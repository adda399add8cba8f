package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.AllocationRequest;
import dev.flops.api.RandomKey;
import dev.flops.api.StepSignals;
import org.junit.jupiter.api.Test;

final class AllocationFeaturesTest {
    private static final double NAN = Double.NaN;
    private static final float[] NONE = {};

    @Test
    void rememberedDeviationsAreStandardizedInTheLogarithm() {
        // log ŝ = (0, 1, 2) · log 2: mean 1, population sd √(2/3), in units of log 2.
        double z = Math.sqrt(1.5);
        assertCloseTo(features(new double[] {1, 4, 16}, NONE, NONE), -z, 0, z);
        assertCloseTo(features(new double[] {1e-280, 4e-280, 16e-280}, NONE, NONE), -z, 0, z);
    }

    @Test
    void eachExampleTakesTheBestSignalItHas() {
        double z = Math.sqrt(1.5);
        double[] remembered = {NAN, 1, NAN, 16};
        float[] errorNorms = {1f, 1f, 0.25f, 0.25f};
        assertCloseTo(features(remembered, errorNorms, new float[] {9, 9, 9, 1}), 1, -1, -1, 1);
        assertCloseTo(features(new double[] {NAN, NAN, NAN}, NONE, new float[] {1, 2, 4}), -z, 0, z);
        assertCloseTo(features(new double[] {5, NAN, NAN}, NONE, NONE), 0, 0, 0);
    }

    @Test
    void aSignalThatIsTheSameForAllGivesZeros() {
        assertThat(features(new double[] {0.1, 0.1, 0.1}, NONE, NONE)).containsExactly(0, 0, 0);
        assertThat(features(new double[] {0, 0}, NONE, NONE)).containsExactly(0, 0);
        assertThat(features(new double[] {NAN, NAN}, new float[] {0.7f, 0.7f}, NONE))
                .containsExactly(0, 0);
    }

    @Test
    void zerosAreFlooredRelativeToTheMean() {
        // Mean 1: the zero counts as 1e-6, so that log ŝ = ½ (log 1e-6, log 2), two points at −1 and 1.
        assertCloseTo(features(new double[] {0, 2}, NONE, NONE), -1, 1);
        double[] three = features(new double[] {0, 1.5, 1.5}, NONE, NONE);
        assertCloseTo(three, -Math.sqrt(2), Math.sqrt(0.5), Math.sqrt(0.5));
    }

    @Test
    void lossesThatAreNotPositiveCountAsZero() {
        assertCloseTo(features(new double[] {NAN, NAN}, NONE, new float[] {-3, 1}), -1, 1);
        assertThat(features(new double[] {NAN, NAN}, NONE, new float[] {-3, 0})).containsExactly(0, 0);
    }

    private static double[] features(double[] remembered, float[] errorNorms, float[] losses) {
        int batch = remembered.length;
        StepSignals signals = new StepSignals(0, Problems.examples(batch), losses, errorNorms);
        double[] features = new double[batch];
        new AllocationFeatures(batch)
                .computeInto(new AllocationRequest(signals, remembered, batch, 1, RandomKey.ofSeed(0)), features);
        return features;
    }

    private static void assertCloseTo(double[] found, double... expected) {
        assertThat(found).containsExactly(expected, within(1e-5));
    }
}
