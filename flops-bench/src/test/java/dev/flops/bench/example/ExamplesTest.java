package dev.flops.bench.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ExamplesTest {
    @Test
    void aNetworkOfOnesOwnLearns() {
        assertThat(MinimalExample.train().accuracy()).isGreaterThan(0.9);
    }

    @Test
    void aBlackBoxIsFitted() {
        float[] theta = BlackBoxExample.fit();
        assertThat(theta[0]).isCloseTo(2.5f, within(0.05f));
        assertThat(theta[1]).isCloseTo(0.3f, within(0.05f));
    }
}
