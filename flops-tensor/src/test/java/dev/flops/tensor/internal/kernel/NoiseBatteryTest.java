package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.spec.SimdWidth;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gaussian noise before the {@link NoiseBattery}. H0: numbers are independent and standard normal. The three runs of a build share
 * α = 10⁻⁶, and the tests of a run its third; each is a bound of its p-value against its part of it. What a run must notice are the
 * defects of {@link Defect}.
 */
class NoiseBatteryTest {
    private static final double ALPHA = 1e-6 / 3;
    private static final int BLOCK = 1 << 16;
    private static final int SMALL_BLOCKS = 64;
    private static final int SMALL_BITS = 12;

    private final NoiseKernels kernels = KernelProvider.kernels(SimdWidth.AUTO).noise();

    private interface Source {
        float[] block(int index);
    }

    private interface Change {
        void apply(float[] numbers);
    }

    /** Streams with one thing wrong. */
    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    enum Defect {
        SHIFTED_MEAN(numbers -> each(numbers, x -> x + 0.004f)),
        TOO_WIDE(numbers -> each(numbers, x -> 1.003f * x)),
        COARSE(numbers -> each(numbers, x -> Math.round(x * 512) / 512f)),
        TAILS_CUT(numbers -> each(numbers, x -> Math.clamp(x, -3.9f, 3.9f))),
        NEIGHBOURS_ALIKE(numbers -> {
            for (int i = numbers.length - 1; i > 0; i--) {
                numbers[i] = (numbers[i] + 0.01f * numbers[i - 1]) / (float) Math.sqrt(1.0001);
            }
        }),
        /** In one triple of 20 the product of the signs is positive; no pair shows it. χ² of 4096 cells gains 3500. */
        TRIPLES_ALIKE(numbers -> {
            for (int i = 0; i + 2 < numbers.length; i += 3) {
                if (i % 60 == 0) {
                    numbers[i + 2] = Math.copySign(numbers[i + 2], numbers[i] * numbers[i + 1]);
                }
            }
        }),
        /** Some triples come twice. */
        REPEATED(numbers -> {
            for (int i = 0; i < 30; i += 3) {
                System.arraycopy(numbers, i, numbers, i + 30_000, 3);
            }
        });

        private final Change change;

        Defect(Change change) {
            this.change = change;
        }

        private interface Map {
            float of(float x);
        }

        private static void each(float[] numbers, Map map) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = map.of(numbers[i]);
            }
        }
    }

    private float[] noise(NoiseAddress address, long first) {
        float[] numbers = new float[BLOCK];
        kernels.fill(Distribution.GAUSSIAN, address.key().words(), address.counter1(), first, BLOCK, numbers, 0);
        return numbers;
    }

    private static NoiseBattery battery(int blocks, int bits, Source source) {
        NoiseBattery battery = new NoiseBattery(bits);
        for (int index = 0; index < blocks; index++) {
            battery.accept(source.block(index));
        }
        return battery;
    }

    private static void requireAccepted(List<NoiseBattery.Result> results) {
        assertThat(results).allSatisfy(result -> assertThat(result.pBound()).isGreaterThan(ALPHA / results.size()));
    }

    @Test
    void oneStream() {
        NoiseAddress address = address("oneStream");
        requireAccepted(battery(SMALL_BLOCKS, SMALL_BITS, index -> noise(address, (long) index * BLOCK))
                .results());
    }

    /** The numbers at one index of many samples and many sites: what an estimator multiplies with each other. */
    @Test
    void manyStreams() {
        RandomKey key = address("manyStreams").key();
        requireAccepted(battery(SMALL_BLOCKS, SMALL_BITS, index -> {
                    float[] numbers = new float[BLOCK];
                    for (int i = 0; i < BLOCK; i++) {
                        NoiseAddress address = new NoiseAddress(key, index, i / 2);
                        kernels.fill(
                                Distribution.GAUSSIAN,
                                address.key().words(),
                                address.counter1(),
                                16L * (i % 2),
                                1,
                                numbers,
                                i);
                    }
                    return numbers;
                })
                .results());
    }

    /** Each key folded from one index after the other. */
    @Test
    void manyKeys() {
        RandomKey key = address("manyKeys").key();
        requireAccepted(battery(SMALL_BLOCKS, SMALL_BITS, index -> {
                    float[] numbers = new float[BLOCK];
                    for (int i = 0; i < BLOCK; i += 32) {
                        NoiseAddress address = new NoiseAddress(key.fold(index, i / 32), 0, 0);
                        kernels.fill(
                                Distribution.GAUSSIAN, address.key().words(), address.counter1(), 0, 32, numbers, i);
                    }
                    return numbers;
                })
                .results());
    }

    @ParameterizedTest
    @EnumSource
    void aDefectIsRejected(Defect defect) {
        NoiseAddress address = address("aDefectIsRejected");
        List<NoiseBattery.Result> results = battery(SMALL_BLOCKS, SMALL_BITS, index -> {
                    float[] numbers = noise(address, (long) index * BLOCK);
                    defect.change.apply(numbers);
                    return numbers;
                })
                .results();
        assertThat(results).anySatisfy(result -> assertThat(result.pBound()).isLessThan(ALPHA / results.size()));
    }

    /** Minutes: -Dflops.noise.samples=1000000000 runs it and prints what it finds. */
    @EnabledIfSystemProperty(named = "flops.noise.samples", matches = "\\d+")
    @Test
    void longStream() {
        NoiseAddress address = address("longStream");
        int blocks = (int) Math.ceilDiv(Long.parseLong(System.getProperty("flops.noise.samples")), BLOCK);
        NoiseBattery battery = battery(blocks, 16, index -> noise(address, (long) index * BLOCK));
        System.out.printf("%d numbers, greatest size %.4f%n", (long) blocks * BLOCK, battery.greatest());
        battery.results()
                .forEach(result ->
                        System.out.printf("%-26s %10.4f  p <= %.3g%n", result.name(), result.value(), result.pBound()));
        requireAccepted(battery.results());
        assertThat(battery.greatest()).isLessThanOrEqualTo((float) Math.sqrt(64 * Math.log(2)));
    }

    private static NoiseAddress address(String test) {
        return new NoiseAddress(RandomKey.ofSeed(("NoiseBatteryTest." + test).hashCode()), 0, 0);
    }
}
