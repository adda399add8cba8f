package dev.flops.bench.variance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GradientMomentsTest {
    @Test
    void momentsOfThreeEstimatesAreThoseByHand() {
        GradientMoments moments = new GradientMoments(new float[] {2, 0});
        moments.add(new float[] {1, 1});
        moments.add(new float[] {3, -1});
        moments.add(new float[] {5, 3});
        // Mean (3, 1); squared distances from it 4, 4, 8; from the truth 2, 2, 18.
        assertThat(moments.variance()).isCloseTo(16.0 / 2, within(1e-12));
        assertThat(moments.meanSquaredError()).isCloseTo(22.0 / 3, within(1e-12));
        // ‖(1, 1)‖² less 8/3, over ‖(2, 0)‖².
        assertThat(moments.relativeSquaredBias()).isCloseTo((2 - 8.0 / 3) / 4, within(1e-12));
        double cosines = 1 / Math.sqrt(2) + 3 / Math.sqrt(10) + 5 / Math.sqrt(34);
        assertThat(moments.meanCosine()).isCloseTo(cosines / 3, within(1e-12));
    }
}
