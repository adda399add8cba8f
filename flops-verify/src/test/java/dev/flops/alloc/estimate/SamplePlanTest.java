package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Allocation;
import dev.flops.verify.support.TestSeeds;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Rows in order are positions in order, whatever the allocation, examples without samples included. */
class SamplePlanTest {
    @Property(tries = 200)
    void positionsFollowTheRows(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 0, max = 4) Integer> allocated,
            @ForAll @IntRange(min = 1, max = 5) int queries) {
        int[] samples = allocated.stream().mapToInt(Integer::intValue).toArray();
        double[] weights = new double[samples.length];
        int[] examples = new int[samples.length];
        int total = 0;
        for (int i = 0; i < samples.length; i++) {
            weights[i] = samples[i] == 0 ? 0 : 1;
            examples[i] = i;
            total += samples[i];
        }
        Assume.that(total > 0);
        SamplePlan plan =
                new SamplePlan(0, examples, Allocation.weighted(samples, weights), TestSeeds.key("plan"), queries);
        assertThat(plan.rows()).isEqualTo(total * queries);
        SamplePlan.Position at = plan.start();
        for (int row = 0; row < plan.rows(); row++) {
            assertThat(plan.row(at.example(), at.sample()) + at.query()).isEqualTo(row);
            assertThat(at.sample()).isLessThan(samples[at.example()]);
            assertThat(at.query()).isLessThan(queries);
            at = plan.next(at);
        }
        assertThat(at).isEqualTo(new SamplePlan.Position(samples.length, 0, 0));
    }
}
