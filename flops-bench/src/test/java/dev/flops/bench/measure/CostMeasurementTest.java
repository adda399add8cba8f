package dev.flops.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.TaskConfig;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted; the clock is not tested. */
final class CostMeasurementTest {
    private static final TaskConfig TASK = TaskConfig.SCRATCH.but().threads(1).build();

    private static double once(Runnable work) {
        work.run();
        return 1;
    }

    @Test
    void allMethodsHaveNearlyTheSameQueriesAndNoMoreThanTheReference() throws IOException {
        List<CostMeasurement> rows = CostMeasurement.methods(TASK, CostMeasurementTest::once);
        assertThat(rows).hasSize(1 + EstimatorChoice.values().length);
        assertThat(rows.getFirst().method()).isEqualTo("backpropagation");
        long most = rows.get(1).queries();
        assertThat(rows.get(1).method()).isEqualTo("lr-layerwise");
        // 64 examples, 16 sites, 2 samples at each, one clean forward.
        assertThat(most).isEqualTo(64 * (1 + 2 * 16));
        assertThat(rows.subList(1, rows.size())).allSatisfy(row -> {
            assertThat(row.queries()).isBetween(most - 2 * 64, most);
            assertThat(row.flops()).isGreaterThan(row.queries());
            assertThat(row.peakBytes()).isPositive();
        });
        // A suffix costs less than a whole forward.
        assertThat(rows.get(1).flops()).isLessThan(rows.get(2).flops());
    }

    /** Repeating examples costs time, not memory: what is held is bounded by a chunk. */
    @Test
    void memoryDoesNotGrowWithTheBudget() throws IOException {
        List<CostMeasurement> rows = CostMeasurement.budgets(TASK, CostMeasurementTest::once);
        CostMeasurement last = rows.getLast();
        for (CostMeasurement row : rows) {
            assertThat(row.queries()).isEqualTo(64L * (1 + 16L * row.samplesPerExample()));
            assertThat(row.peakBytes()).isLessThan(11 * last.peakBytes() / 10);
            CostMeasurement smallest = rows.get(rows.indexOf(row) % 3);
            assertThat(row.peakBytes()).isLessThan(11 * smallest.peakBytes() / 10);
            // Below 2 % of the operations at the task's two samples per example and above.
            if (row.samplesPerExample() >= 2) {
                assertThat((double) row.allocatorFlops() / row.flops()).isLessThan(0.02);
            }
        }
    }
}
