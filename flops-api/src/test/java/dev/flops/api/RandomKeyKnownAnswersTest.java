package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Threefry2x32-20 gives the known answers published with Random123 (Salmon et al. 2011, file kat_vectors). */
class RandomKeyKnownAnswersTest {
    @Test
    void zeros() {
        assertThat(new RandomKey(0, 0).bits(0, 0)).isEqualTo(0x6b200159_99ba4efeL);
    }

    @Test
    void ones() {
        assertThat(new RandomKey(-1, -1).bits(-1, -1)).isEqualTo(0x1cb996fc_bb002be7L);
    }

    @Test
    void digitsOfPi() {
        RandomKey key = new RandomKey(0x13198a2e, 0x03707344);
        assertThat(key.bits(0x243f6a88, 0x85a308d3)).isEqualTo(0xc4923a9c_483df7a0L);
    }

    @Test
    void aDerivedKeyIsTheTwoWords() {
        assertThat(new RandomKey(0, 0).fold(0, 0)).isEqualTo(new RandomKey(0x6b200159, 0x99ba4efe));
    }
}
