package dev.flops.verify.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each mutant alters exactly what its name says; the estimator under it is one whose answers are written down here. */
class ContractMutantsTest {
    private static final RandomKey KEY = RandomKey.ofSeed(1);
    private static final int[] EXAMPLES = {1, 2};
    private static final Allocation ALLOCATION = Allocation.of(1, 3);

    /** The gradient of example e with n samples in step s is (e + s, n). */
    private static final GradientEstimator PLAIN = new GradientEstimator() {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Parameters parameters() {
            return Parameters.ofVector(0, 0);
        }

        @Override
        public SamplingCost cost() {
            return new SamplingCost(0, 1, 1);
        }

        @Override
        public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
            return new Step() {
                @Override
                public StepSignals signals() {
                    return new StepSignals(step, examples, new float[0], new float[0]);
                }

                @Override
                public GradientEstimate estimate(Allocation allocation) {
                    float[] gradient = new float[2];
                    for (int i = 0; i < examples.length; i++) {
                        gradient[0] += (float) (examples[i] + step) / examples.length;
                        gradient[1] += (float) allocation.samples(i) / examples.length;
                    }
                    return new GradientEstimate(gradient, new double[examples.length], 0.5);
                }
            };
        }
    };

    private static float[] gradient(String mutant, int step) {
        Mutant found = ContractMutants.all().stream()
                .filter(m -> m.name().equals(mutant))
                .findFirst()
                .orElseThrow();
        GradientEstimator altered = found.alteration().of(PLAIN, 0.5);
        assertThat(altered.name()).isEqualTo("plain with " + found.defect());
        assertThat(altered.cost()).isEqualTo(PLAIN.cost());
        GradientEstimator.Step opened = altered.begin(step, EXAMPLES, KEY, new CostLedger());
        assertThat(opened.signals().step()).isEqualTo(step);
        return opened.estimate(ALLOCATION).gradient();
    }

    /** The right answer in step 4 is (5.5, 2). */
    @Test
    void eachMutantAltersWhatItSays() {
        Map<String, float[]> expected = new TreeMap<>();
        expected.put("missing-half", new float[] {11, 4});
        expected.put("sigma-squared", new float[] {11, 4});
        expected.put("sign", new float[] {-5.5f, -2});
        expected.put("pooled", new float[] {5f / 4 + 6 * 3f / 4, 1f / 4 + 3 * 3f / 4});
        expected.put("n-plus-one", new float[] {5f / 4 + 6 * 3f / 8, 1f / 4 + 3 * 3f / 8});
        expected.put("forgotten-example", new float[] {2.5f, 0.5f});
        expected.put("same-key", new float[] {1.5f, 2});
        expected.put("shorter-of-two", new float[] {9.5f, 2});
        expected.put("half-the-samples", new float[] {5.5f, 1.5f});
        assertThat(ContractMutants.all())
                .extracting(Mutant::name)
                .containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((name, values) -> {
            float[] found = gradient(name, 4);
            assertThat(found[0]).as(name).isCloseTo(values[0], within(1e-6f));
            assertThat(found[1]).as(name).isCloseTo(values[1], within(1e-6f));
        });
    }

    @Test
    void aDefectThatCannotShowIsNotAskedFor() {
        Allocation equal = Allocation.of(2, 2);
        Allocation once = Allocation.of(1, 1);
        for (Mutant mutant : ContractMutants.all()) {
            assertThat(mutant.shows(ALLOCATION, true, true)).as("%s", mutant).isTrue();
            assertThat(mutant.shows(equal, true, true))
                    .as("%s", mutant)
                    .isEqualTo(!mutant.name().equals("pooled"));
            assertThat(mutant.shows(ALLOCATION, true, false))
                    .as("%s", mutant)
                    .isEqualTo(!mutant.name().equals("half-the-samples"));
            boolean ofRandom = mutant.name().equals("same-key")
                    || mutant.name().equals("shorter-of-two")
                    || mutant.name().equals("half-the-samples");
            assertThat(mutant.shows(ALLOCATION, false, true)).as("%s", mutant).isEqualTo(!ofRandom);
        }
        assertThat(ContractMutants.all().getLast().shows(once, true, true)).isFalse();
    }
}
