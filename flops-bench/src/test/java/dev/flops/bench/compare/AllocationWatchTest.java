package dev.flops.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.allocate.AllocationDiagnostics;
import dev.flops.alloc.allocate.VarianceSplit;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Known variances, allocations drawn as often as their probability says: ratios of sums are those of expectations. */
final class AllocationWatchTest {
    private static final VarianceSplit.Parts HALF = new VarianceSplit.Parts(2, 1, 1);
    private static final double[] VARIANCES = {4, 1};

    /** Measures the variances exactly, and of an example without samples nothing. */
    private static final class Known implements GradientEstimator {
        private final Parameters parameters = Parameters.ofVector(0);

        @Override
        public String name() {
            return "known";
        }

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public SamplingCost cost() {
            return new SamplingCost(0, 1, 1);
        }

        @Override
        public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
            StepSignals signals = new StepSignals(step, examples, new float[0], new float[0]);
            return new Step() {
                @Override
                public StepSignals signals() {
                    return signals;
                }

                @Override
                public GradientEstimate estimate(Allocation allocation) {
                    double[] variances = new double[examples.length];
                    for (int i = 0; i < variances.length; i++) {
                        variances[i] = allocation.samples(i) == 0 ? Double.NaN : VARIANCES[examples[i]];
                    }
                    return new GradientEstimate(new float[] {step}, variances, 0);
                }
            };
        }
    }

    private static void step(GradientEstimator watch, int step, Allocation allocation) {
        var open = watch.begin(step, new int[] {0, 1}, RandomKey.ofSeed(1), new CostLedger());
        float[] gradient = new float[1];
        assertThat(open.estimateInto(allocation, gradient).gradient()).isSameAs(gradient);
        assertThat(gradient).containsExactly(step);
    }

    @Test
    void drawnAllocationsAreWorthWhatTheFormulasSay() {
        AllocationWatch watch = new AllocationWatch(new Known(), 2);
        // Two draws with p = (3/4, 1/4): 9, 6 and 1 of 16; ω_i = n_i / (2 p_i).
        int[][] drawn = {{2, 0}, {1, 1}, {0, 2}};
        int[] times = {9, 6, 1};
        double used = 0;
        double naive = 0;
        for (int k = 0; k < drawn.length; k++) {
            double[] weights = {drawn[k][0] / 1.5, drawn[k][1] / 0.5};
            for (int t = 0; t < times[k]; t++) {
                Allocation allocation = Allocation.weighted(drawn[k], weights);
                step(watch, t, allocation);
                used += AllocationDiagnostics.variance(VARIANCES, allocation);
                naive += (drawn[k][0] > 0 ? VARIANCES[0] : 0) + (drawn[k][1] > 0 ? VARIANCES[1] : 0);
            }
        }
        AllocationWorth worth = watch.seen(HALF);
        // Σ v_i / (N p_i) over (B/N) Σ v_i.
        double expected = (4 / 1.5 + 1 / 0.5) / 5;
        assertThat(worth.varianceRatioToEqual()).isCloseTo(expected, within(1e-12));
        assertThat(used / naive).as("equal shares of what was drawn alone").isNotCloseTo(expected, within(0.1));
        assertThat(worth.coefficientOfVariation()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(worth.noiseShare()).isEqualTo(0.5);
    }

    @Test
    void sharesWithoutWeightsAreWorthTheirVariance() {
        AllocationWatch watch = new AllocationWatch(new Known(), 3);
        step(watch, 0, Allocation.of(2, 1));
        // (4/2 + 1/1) over (4 + 1)/1.5; the third example was never seen.
        assertThat(watch.seen(HALF).varianceRatioToEqual()).isCloseTo(3 / (5 / 1.5), within(1e-12));
        assertThat(watch.seen(new VarianceSplit.Parts(Double.NaN, Double.NaN, Double.NaN))
                        .noiseShare())
                .isNull();
        step(watch, 1, Allocation.of(1, 1));
        assertThat(watch.seen(HALF).varianceRatioToEqual()).isCloseTo((3 + 5) / (5 / 1.5 + 5), within(1e-12));
    }

    @Test
    void seedsArePaired() {
        List<double[]> runs = List.of(new double[] {1}, new double[] {5});
        List<double[]> reference = List.of(new double[] {0}, new double[] {4});
        assertThat(PairedSeeds.difference(runs, reference, run -> run[0], 0.95)).isEqualTo(new Interval(1, 1, 1));
        assertThat(PairedSeeds.mean(runs, run -> run[0], 0.95).mean()).isEqualTo(3);
        assertThat(PairedSeeds.mean(runs, run -> run[0], 0.95).low()).isLessThan(0);
        assertThat(PairedSeeds.average(runs, run -> run[0])).isEqualTo(3);
        assertThatThrownBy(() -> PairedSeeds.difference(runs, reference.subList(0, 1), run -> run[0], 0.95))
                .hasMessage("reference has 1 runs, expected 2");
        assertThat(new Interval(0.12345, 0.1, 0.2).text(3)).isEqualTo("0.123 [0.100, 0.200]");
        assertThat(new Interval(-1e-9, -0.5, 1e-9).text(1)).isEqualTo("0.0 [-0.5, 0.0]");
        assertThat(new Interval(-0.0001, -0.01, 0.01).percent()).isEqualTo("-0.01 [-1.00, 1.00]");
    }
}
