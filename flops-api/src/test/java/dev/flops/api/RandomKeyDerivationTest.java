package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Derived keys never collide where the derivation is injective, and derivation changes nothing. */
class RandomKeyDerivationTest {
    @Property
    void stepsExamplesAndSitesOfOneKeyHaveKeysOfTheirOwn(
            @ForAll long seed,
            @ForAll @IntRange(max = 1 << 30) int step,
            @ForAll @IntRange(max = 1 << 30) int example) {
        RandomKey key = RandomKey.ofSeed(seed).forPurpose(RandomKey.Purpose.PERTURBATION);
        Set<RandomKey> keys = new HashSet<>();
        for (int s = 0; s < 8; s++) {
            for (int e = 0; e < 8; e++) {
                keys.add(key.forExample(step + s, example + e));
            }
            keys.add(key.forStep(step + s));
            keys.add(key.forSite(step + s));
        }
        assertThat(keys).hasSize(80);
    }

    @Property
    void purposesAreDifferentStreams(@ForAll long seed) {
        Set<RandomKey> keys = new HashSet<>();
        for (RandomKey.Purpose purpose : RandomKey.Purpose.values()) {
            keys.add(RandomKey.ofSeed(seed).forPurpose(purpose));
        }
        assertThat(keys).hasSize(RandomKey.Purpose.values().length);
    }

    @Property
    void wordsStandForTheKey(@ForAll long seed, @ForAll int high, @ForAll int low) {
        RandomKey key = RandomKey.ofSeed(seed);
        RandomKey derived = key.fold(high, low);
        assertThat(key.bits(high, low)).isEqualTo(derived.words());
        assertThat(derived.words() >>> 32).isEqualTo(Integer.toUnsignedLong(derived.word0()));
        assertThat((int) derived.words()).isEqualTo(derived.word1());
        assertThat(RandomKey.uniform(derived.words(), low, high)).isEqualTo(derived.uniform(low, high));
        assertThat(RandomKey.bits(derived.words(), low, high)).isEqualTo(derived.bits(low, high));
        assertThat(RandomKey.ofWords(derived.words())).isEqualTo(derived);
        int step = high >>> 1;
        int example = low >>> 1;
        assertThat(key.wordsForExample(step, example))
                .isEqualTo(key.fold(step, example).words());
        assertThat(key.forExample(step, example)).isEqualTo(key.fold(step, example));
    }

    @Test
    void sitesAndSamplesShareNoCounter() {
        RandomKey key = RandomKey.ofSeed(1);
        Set<Integer> counters = new HashSet<>();
        for (int site : new int[] {0, 1, 2, NoiseAddress.MAX_SITES - 1}) {
            for (int sample : new int[] {0, 1, 2, NoiseAddress.MAX_SAMPLES - 1}) {
                counters.add(new NoiseAddress(key, site, sample).counter1());
            }
        }
        assertThat(counters).hasSize(16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NoiseAddress(key, NoiseAddress.MAX_SITES, 0))
                .withMessage("site = 4096, expected 0 <= site < 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NoiseAddress(key, 0, NoiseAddress.MAX_SAMPLES))
                .withMessageContaining("sample = 1048576");
    }
}
