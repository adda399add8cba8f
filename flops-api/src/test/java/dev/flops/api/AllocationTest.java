package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AllocationTest {
    @Property
    void equalSharesSumToTheBudgetAndDifferByAtMostOne(
            @ForAll @IntRange(min = 1, max = 300) int examples, @ForAll @IntRange(max = 5_000) int more) {
        int samples = examples + more;
        int[] n = Allocation.equal(examples, samples).toArray();
        assertThat(Arrays.stream(n).sum()).isEqualTo(samples);
        assertThat(Arrays.stream(n).max().orElseThrow() - Arrays.stream(n).min().orElseThrow())
                .isBetween(0, 1);
    }

    @Test
    void refusesAnExampleWithoutSamples() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.of(2, 1, 1, 0))
                .withMessage("samplesPerExample[3] = 0, expected >= 1");
    }

    @Test
    void refusesFewerSamplesThanExamples() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Allocation.equal(4, 3))
                .withMessageContaining("samples = 3 for 4 examples");
    }

    @Test
    void isNotChangedThroughItsArrays() {
        int[] n = {1, 2};
        Allocation allocation = Allocation.of(n);
        n[0] = 9;
        allocation.toArray()[1] = 9;
        assertThat(allocation).isEqualTo(Allocation.of(1, 2));
        assertThat(allocation.total()).isEqualTo(3);
    }
}
