package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class LargestRemainderTest {
    @Property(tries = 1000)
    void givesOutEverySampleWithinOneOfTheQuota(
            @ForAll("shares") double[] shares,
            @ForAll @IntRange(min = 0, max = 100_000) int free,
            @ForAll @IntRange(min = 1, max = 5) int minimum) {
        int[] n = round(shares, free, minimum);
        assertThat(Arrays.stream(n).sum()).isEqualTo(shares.length * minimum + free);
        for (int i = 0; i < n.length; i++) {
            double quota = minimum + free * shares[i];
            assertThat((double) n[i]).isBetween(Math.floor(quota), Math.floor(quota) + 1);
        }
    }

    @Property(tries = 500)
    void servesLargerFractionsFirst(
            @ForAll("shares") double[] shares, @ForAll @IntRange(min = 0, max = 1000) int free) {
        int[] n = round(shares, free, 1);
        for (int i = 0; i < n.length; i++) {
            for (int j = 0; j < n.length; j++) {
                double fractionI = free * shares[i] - Math.floor(free * shares[i]);
                double fractionJ = free * shares[j] - Math.floor(free * shares[j]);
                boolean servedI = n[i] > 1 + Math.floor(free * shares[i]);
                boolean servedJ = n[j] > 1 + Math.floor(free * shares[j]);
                if (servedJ && !servedI) {
                    assertThat(fractionI < fractionJ || (fractionI == fractionJ && j < i))
                            .isTrue();
                }
            }
        }
    }

    @Provide
    Arbitrary<double[]> shares() {
        return Arbitraries.doubles()
                .between(0, 10)
                .array(double[].class)
                .ofMinSize(1)
                .ofMaxSize(30)
                .filter(weights -> Arrays.stream(weights).sum() > 0)
                .map(weights -> {
                    double sum = Arrays.stream(weights).sum();
                    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
                });
    }

    @Test
    void tiesGoToTheLowerIndex() {
        assertThat(round(new double[] {0.25, 0.25, 0.25, 0.25}, 6, 1)).containsExactly(3, 3, 2, 2);
        assertThat(round(new double[] {0.125, 0.375, 0.5}, 4, 2)).containsExactly(3, 3, 4);
    }

    @Test
    void sharesThatDoNotSumToOneExactlyLoseNothing() {
        assertThat(round(new double[] {0.5, 0.5 + 0x1p-52}, 1 << 30, 1)).containsExactly(1 + (1 << 29), 1 + (1 << 29));
        assertThat(round(new double[] {0.6, 0.6}, 10, 1)).containsExactly(7, 5);
        assertThat(round(new double[] {0.1, 0.1}, 10, 1)).containsExactly(6, 6);
    }

    @Test
    void nothingToGiveOutLeavesTheMinimum() {
        assertThat(round(new double[] {1, 0}, 0, 3)).containsExactly(3, 3);
    }

    private static int[] round(double[] shares, int free, int minimum) {
        int[] n = new int[shares.length];
        LargestRemainder.round(shares, free, minimum, n, new double[2 * shares.length]);
        return n;
    }
}
