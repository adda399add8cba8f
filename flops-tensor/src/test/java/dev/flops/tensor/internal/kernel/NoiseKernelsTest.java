package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.spec.SimdWidth;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Noise is a function of its address alone, as {@link NoiseAddress} defines it, on the kernels that AUTO chooses. */
class NoiseKernelsTest {
    private final NoiseKernels kernels = KernelProvider.kernels(SimdWidth.AUTO).noise();

    private float[] fill(Distribution distribution, NoiseAddress address, long first, int n) {
        float[] out = new float[n];
        kernels.fill(distribution, address.key().words(), address.counter1(), first, n, out, 0);
        return out;
    }

    @Property
    void aSliceIsASliceOfTheWhole(
            @ForAll Distribution distribution,
            @ForAll long seed,
            @ForAll @IntRange(max = 1500) int first,
            @ForAll @IntRange(max = 1500) int n,
            @ForAll @IntRange(min = 1, max = 9) int offset) {
        NoiseAddress address = new NoiseAddress(RandomKey.ofSeed(seed), 5, 6);
        float[] whole = fill(distribution, address, 0, 3000);
        float[] out = new float[offset + n + 1];
        Arrays.fill(out, 9f);
        kernels.fill(distribution, address.key().words(), address.counter1(), first, n, out, offset);
        assertThat(Arrays.copyOfRange(out, offset, offset + n)).isEqualTo(Arrays.copyOfRange(whole, first, first + n));
        assertThat(Arrays.copyOf(out, offset)).containsOnly(9f);
        assertThat(out[offset + n]).isEqualTo(9f);
    }

    @Property
    void addScaledIsOneFmaOfTheFill(
            @ForAll Distribution distribution,
            @ForAll long seed,
            @ForAll @IntRange(max = 1000) int first,
            @ForAll @IntRange(max = 1000) int n,
            @ForAll boolean inPlace) {
        NoiseAddress address = new NoiseAddress(RandomKey.ofSeed(seed), 1, 2);
        float[] noise = fill(distribution, address, first, n);
        float[] x = fill(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(~seed), 0, 0), 0, n);
        float[] expected = new float[n];
        for (int i = 0; i < n; i++) {
            expected[i] = Math.fma(0.37f, noise[i], x[i]);
        }
        float[] out = inPlace ? x : new float[n];
        kernels.addScaled(distribution, address.key().words(), address.counter1(), first, n, 0.37f, x, 0, out, 0);
        assertThat(out).isEqualTo(expected);
    }

    /** What the property above compares tells noise of another address, or another rounding, from the right one. */
    @Test
    void noiseOfAnotherAddressOrRoundedTwiceIsTold() {
        NoiseAddress address = new NoiseAddress(RandomKey.ofSeed(3), 1, 2);
        float[] noise = fill(Distribution.GAUSSIAN, address, 0, 1000);
        float[] x = fill(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(4), 0, 0), 0, 1000);
        float[] fused = new float[1000];
        kernels.addScaled(
                Distribution.GAUSSIAN, address.key().words(), address.counter1(), 0, 1000, 0.37f, x, 0, fused, 0);
        float[] roundedTwice = new float[1000];
        for (int i = 0; i < 1000; i++) {
            roundedTwice[i] = x[i] + 0.37f * noise[i];
        }
        assertThat(fused).isNotEqualTo(roundedTwice);
        for (NoiseAddress other : List.of(
                new NoiseAddress(RandomKey.ofSeed(5), 1, 2),
                new NoiseAddress(address.key(), 2, 2),
                new NoiseAddress(address.key(), 1, 3))) {
            assertThat(fill(Distribution.GAUSSIAN, other, 0, 1000)).isNotEqualTo(noise);
        }
    }

    /** The formulas of {@link NoiseAddress} in double precision, from the words of the key. */
    @Property
    void elementsAreThoseOfTheAddress(
            @ForAll long seed,
            @ForAll @LongRange(min = 0, max = (1L << 33) - 1) long element,
            @ForAll @IntRange(max = NoiseAddress.MAX_SITES - 1) int site,
            @ForAll @IntRange(max = NoiseAddress.MAX_SAMPLES - 1) int sample) {
        NoiseAddress address = new NoiseAddress(RandomKey.ofSeed(seed), site, sample);
        int r = (int) (element % 32);
        long words = address.key().bits((int) (16 * (element / 32) + r % 16), (site << 20) + sample);
        int x0 = (int) (words >>> 32);
        int x1 = (int) words;
        float sign = (r < 16 ? x0 : x1) < 0 ? -1 : 1;
        assertThat(fill(Distribution.RADEMACHER, address, element, 1)).containsExactly(sign);
        float u = Math.fma((float) (x0 >>> 1), 0x1p-31f, 0x1p-32f);
        double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
        double angle = StrictMath.PI * ((float) x1 * 0x1p-31f);
        double expected = radius * (r < 16 ? StrictMath.cos(angle) : StrictMath.sin(angle));
        // The angle's error of 6e-7 and the radius's relative error of 1.2e-7.
        assertThat((double) fill(Distribution.GAUSSIAN, address, element, 1)[0])
                .isCloseTo(expected, within(radius * 7.2e-7));
    }

    /**
     * Moments, distribution and independence of 2^20 normals. Each statistic is compared with its 5.3-sigma bound (a
     * false alarm has probability 1.2e-7), Kolmogorov's with the bound of the same probability: together below 1e-6.
     */
    @Test
    void normalsAreStandardNormal() {
        int n = 1 << 20;
        long seed = "NoiseKernelsTest.normalsAreStandardNormal".hashCode();
        float[] x = fill(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(seed), 0, 0), 0, n);
        float[] y = fill(Distribution.GAUSSIAN, new NoiseAddress(RandomKey.ofSeed(seed), 0, 1), 0, n);
        double sigma = 5.3 / Math.sqrt(n);
        assertThat(moment(x, 1)).isCloseTo(0, within(sigma));
        assertThat(moment(x, 2)).isCloseTo(1, within(sigma * Math.sqrt(2)));
        assertThat(moment(x, 3)).isCloseTo(0, within(sigma * Math.sqrt(15)));
        assertThat(moment(x, 4)).isCloseTo(3, within(sigma * Math.sqrt(96)));
        for (int lag : new int[] {1, 2, 8, 16, 32}) {
            assertThat(correlation(x, x, lag)).as("lag %d", lag).isCloseTo(0, within(sigma));
        }
        assertThat(correlation(x, y, 0)).as("two samples").isCloseTo(0, within(sigma));
        assertThat(kolmogorov(x)).isLessThan(Math.sqrt(-Math.log(1.2e-7 / 2) / 2) / Math.sqrt(n));
    }

    /** As above, for signs. */
    @Test
    void signsAreFair() {
        int n = 1 << 20;
        long seed = "NoiseKernelsTest.signsAreFair".hashCode();
        float[] x = fill(Distribution.RADEMACHER, new NoiseAddress(RandomKey.ofSeed(seed), 0, 0), 0, n);
        double sigma = 5.3 / Math.sqrt(n);
        assertThat(moment(x, 2)).isEqualTo(1);
        assertThat(moment(x, 1)).isCloseTo(0, within(sigma));
        for (int lag : new int[] {1, 2, 8, 16, 32}) {
            assertThat(correlation(x, x, lag)).as("lag %d", lag).isCloseTo(0, within(sigma));
        }
    }

    private static double moment(float[] x, int power) {
        double sum = 0;
        for (float value : x) {
            sum += Math.pow(value, power);
        }
        return sum / x.length;
    }

    private static double correlation(float[] x, float[] y, int lag) {
        double sum = 0;
        for (int i = lag; i < x.length; i++) {
            sum += (double) x[i] * y[i - lag];
        }
        return sum / x.length;
    }

    /** Greatest distance between the empirical distribution and Φ. */
    private static double kolmogorov(float[] x) {
        float[] sorted = x.clone();
        Arrays.sort(sorted);
        double worst = 0;
        for (int i = 0; i < sorted.length; i++) {
            double phi = 0.5 * DoubleOracle.erfc(-sorted[i] * StrictMath.sqrt(0.5));
            worst = Math.max(worst, Math.max(phi - (double) i / sorted.length, (i + 1.0) / sorted.length - phi));
        }
        return worst;
    }
}
