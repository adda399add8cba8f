package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllocatorStateTest {
    @Test
    void isACopyThatCanBeReadNumberByNumber() {
        double[] values = {1, 2.5};
        AllocatorState state = new AllocatorState(values);
        values[0] = 7;
        state.values()[1] = 7;
        assertThat(state.length()).isEqualTo(2);
        assertThat(state.value(0)).isEqualTo(1);
        assertThat(state.value(1)).isEqualTo(2.5);
        assertThat(state).isEqualTo(new AllocatorState(new double[] {1, 2.5}));
    }
}
