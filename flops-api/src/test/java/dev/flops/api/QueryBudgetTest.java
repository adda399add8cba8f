package dev.flops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QueryBudgetTest {
    @Property
    void theSampleBudgetIsTheLargestThatTheQueriesPay(
            @ForAll @IntRange(max = 1) int clean,
            @ForAll @IntRange(min = 1, max = 40) int perSample,
            @ForAll @IntRange(min = 1, max = 200) int batch,
            @ForAll @IntRange(max = 100_000) int more) {
        SamplingCost cost = new SamplingCost(clean, perSample, 1);
        long queries = (long) batch * (clean + perSample) + more;
        long samples = new QueryBudget(queries).samples(cost, batch, 1);
        assertThat(batch * clean + samples * perSample).isLessThanOrEqualTo(queries);
        assertThat(batch * clean + (samples + 1) * perSample).isGreaterThan(queries);
    }

    @Test
    void statesTheSmallestPossibleBudget() {
        SamplingCost cost = new SamplingCost(1, 16, 1);
        assertThat(new QueryBudget(64 * 33).samples(cost, 64, 2)).isEqualTo(128);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueryBudget(64 * 33 - 1).samples(cost, 64, 2))
                .withMessage("budget = 2111 queries per step, expected >= 2112 (64 examples x (1 clean + 2 samples x 16"
                        + " queries per sample))");
    }

    @Test
    void honoursTheMinimumOfTheEstimator() {
        SamplingCost leaveOneOut = new SamplingCost(0, 1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueryBudget(19).samples(leaveOneOut, 10, 1))
                .withMessageContaining("expected >= 20");
    }

    @Test
    void anOddBudgetLeavesAQueryOfAPairUnspent() {
        SamplingCost pairs = new SamplingCost(0, 2, 1);
        assertThat(new QueryBudget(21).samples(pairs, 10, 1)).isEqualTo(10);
    }
}
