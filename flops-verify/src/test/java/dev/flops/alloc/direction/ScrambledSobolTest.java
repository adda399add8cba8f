package dev.flops.alloc.direction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.stat.BoundedMeanTest;
import dev.flops.verify.stat.FalseAlarmLedger;
import dev.flops.verify.stat.Verdict;
import dev.flops.verify.support.SuiteLedger;
import dev.flops.verify.support.TestSeeds;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.SobolSequenceGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sobol points against an independent implementation, scrambling against what defines it. */
@ExtendWith(SuiteLedger.class)
class ScrambledSobolTest {
    private static final int DIMENSIONS = SobolNumbers.DIMENSIONS;
    private static final int LOG_SIZE = 8;
    private static final int SIZE = 1 << LOG_SIZE;

    /** Commons Math visits the same 2^m points in the order of a Gray code. */
    @Test
    void plainPointsAreThoseOfAnIndependentGenerator() {
        ScrambledSobol sobol = new ScrambledSobol(DIMENSIONS, LOG_SIZE);
        SobolSequenceGenerator oracle = new SobolSequenceGenerator(DIMENSIONS);
        for (int i = 0; i < SIZE; i++) {
            double[] expected = oracle.nextVector();
            int gray = i ^ (i >> 1);
            for (int p = 0; p < DIMENSIONS; p++) {
                double found = Integer.toUnsignedLong(sobol.plain(p, gray)) * 0x1p-32;
                assertThat(found).isEqualTo(expected[p]);
            }
        }
    }

    /** Two prefixes of equal length j stay together for exactly as long as they were together. */
    @Test
    void scramblingKeepsTheTreeOfPrefixes() {
        ScrambledSobol sobol = new ScrambledSobol(DIMENSIONS, LOG_SIZE);
        RandomKey key = TestSeeds.key("scrambling");
        for (int p : new int[] {0, 1, 7, 127}) {
            for (int k = 0; k < SIZE; k += 3) {
                for (int l = k + 1; l < SIZE; l += 5) {
                    int plain = Integer.numberOfLeadingZeros(sobol.plain(p, k) ^ sobol.plain(p, l));
                    int scrambled =
                            Integer.numberOfLeadingZeros(sobol.scrambled(key, p, k) ^ sobol.scrambled(key, p, l));
                    assertThat(scrambled).isEqualTo(plain);
                }
            }
        }
    }

    /** Each of the K intervals of a coordinate holds one point, and each elementary box of two coordinates of a (0, m, 2)-net. */
    @Test
    void scrambledPointsAreANet() {
        ScrambledSobol sobol = new ScrambledSobol(DIMENSIONS, LOG_SIZE);
        RandomKey key = TestSeeds.key("net");
        for (int p = 0; p < DIMENSIONS; p++) {
            Set<Integer> intervals = new HashSet<>();
            for (int k = 0; k < SIZE; k++) {
                intervals.add(sobol.scrambled(key, p, k) >>> (32 - LOG_SIZE));
            }
            assertThat(intervals).hasSize(SIZE);
        }
        for (int bits = 0; bits <= LOG_SIZE; bits++) {
            Set<Long> boxes = new HashSet<>();
            for (int k = 0; k < SIZE; k++) {
                long first = Integer.toUnsignedLong(sobol.scrambled(key, 0, k)) >> (32 - bits);
                long second = Integer.toUnsignedLong(sobol.scrambled(key, 1, k)) >> (32 - LOG_SIZE + bits);
                boxes.add(first << LOG_SIZE | second);
            }
            assertThat(boxes).hasSize(SIZE);
        }
    }

    /** Over keys, each bit of one point is 1 half of the time, and so is the exclusive or of neighbours. */
    @Test
    void onePointIsUniform(FalseAlarmLedger ledger) {
        double alpha = 1e-5;
        ledger.declare("scrambled Sobol, uniformity of one point", alpha);
        BoundedMeanTest each = new BoundedMeanTest(0, 1, 0.03, alpha / 63, 1e-3);
        ScrambledSobol sobol = new ScrambledSobol(3, 3);
        double[] shares = new double[63];
        for (int i = 0; i < each.sampleSize(); i++) {
            int x = sobol.scrambled(TestSeeds.key("uniform").fold(0, i), 2, 5);
            for (int b = 0; b < 32; b++) {
                shares[b] += (x >>> b & 1) / (double) each.sampleSize();
                if (b < 31) {
                    shares[32 + b] += ((x >>> b ^ x >>> (b + 1)) & 1) / (double) each.sampleSize();
                }
            }
        }
        for (double share : shares) {
            assertThat(each.test("P(bit) = 1/2", share, each.sampleSize(), 0.5).verdict())
                    .isEqualTo(Verdict.ACCEPTED);
        }
        double unscrambled = sobol.plain(2, 5) >>> 31;
        assertThat(each.test("P(bit) = 1/2", unscrambled, each.sampleSize(), 0.5)
                        .verdict())
                .isEqualTo(Verdict.REJECTED);
    }

    @Test
    void inverseNormalIsInverse() {
        NormalDistribution normal = new NormalDistribution();
        for (int i = 0; i < 20_000; i++) {
            double p = i < 10_000 ? (i + 0.5) / 10_000 : Math.scalb(1 + i % 100 / 100.0, -1 - (i - 10_000) / 313);
            if (p < 0x1p-33 || p > 1 - 0x1p-33) {
                continue;
            }
            double z = InverseNormal.of(p);
            assertThat(normal.cumulativeProbability(z)).isCloseTo(p, within(2e-13 * p));
            assertThat(InverseNormal.of(1 - p)).isCloseTo(-InverseNormal.of(1 - (1 - p)), within(1e-12));
        }
        assertThat(InverseNormal.of(0.5)).isZero();
        assertThat(InverseNormal.of(0x1p-33)).isCloseTo(normal.inverseCumulativeProbability(0x1p-33), within(1e-8));
    }

    @Test
    void directionsAreNormalPointsOfIndependentNets() {
        int d = 9;
        var source = new SobolDirections(16).source(TensorOps.of(SimdWidth.AUTO), Parameters.ofVector(new float[d]));
        float[][][] sets = new float[2][16][];
        for (int sample = 0; sample < 2; sample++) {
            for (int k = 0; k < 16; k++) {
                Tensor zero = Tensor.zeros(1, d);
                source.addInto(new NoiseAddress(TestSeeds.key("sets"), 0, sample), k, 1, zero, 0, zero, 0);
                sets[sample][k] = zero.array();
            }
        }
        NormalDistribution normal = new NormalDistribution();
        for (float[][] set : sets) {
            for (int p = 0; p < d; p++) {
                Set<Integer> intervals = new HashSet<>();
                for (int k = 0; k < 16; k++) {
                    intervals.add((int) (16 * normal.cumulativeProbability(set[k][p])));
                }
                assertThat(intervals).hasSize(16);
            }
        }
        assertThat(sets[0]).isNotEqualTo(sets[1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SobolDirections(12))
                .withMessage("size = 12, expected a power of 2 up to 65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SobolDirections(8).perSample(129))
                .withMessage("dimension = 129, expected <= 128 for Sobol directions");
    }
}
