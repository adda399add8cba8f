package dev.flops.bench.rival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.bench.blackbox.BlackBoxException;
import dev.flops.bench.blackbox.FunctionObjective;
import dev.flops.bench.blackbox.QueryMeter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Rivals before a loss that couples its batch: of an example alone there is none. */
final class RivalTest {
    private static final int DIMENSION = 5;
    private static final int EXAMPLES = 12;

    private static List<Rival> rivals() {
        return List.of(
                new SpsaGradientCorrection(0.05, 0.1, 10, 0.9, 4), new CmaEs(0.3, 4), new RandomSearch(0.2, EXAMPLES));
    }

    /** ½ ‖θ − 1‖² plus the variance of the indices of a batch: lowest at 1, never a mean of losses of examples. */
    private static final class Coupled implements MeteredLoss {
        private final long budget;
        private final List<float[]> asked = new ArrayList<>();
        private long spent;

        Coupled(long budget) {
            this.budget = budget;
        }

        @Override
        public int dimension() {
            return DIMENSION;
        }

        @Override
        public int examples() {
            return EXAMPLES;
        }

        @Override
        public long remaining() {
            return budget - spent;
        }

        @Override
        public double[] means(float[] points, int[] examples) {
            int rows = points.length / DIMENSION;
            assertThat((long) rows * examples.length).isLessThanOrEqualTo(remaining());
            spent += (long) rows * examples.length;
            double[] means = new double[rows];
            for (int row = 0; row < rows; row++) {
                float[] point = Arrays.copyOfRange(points, row * DIMENSION, (row + 1) * DIMENSION);
                asked.add(point);
                means[row] = loss(point) + variance(examples);
            }
            return means;
        }

        private static double variance(int[] examples) {
            double sum = 0;
            double squares = 0;
            for (int example : examples) {
                sum += example;
                squares += (double) example * example;
            }
            return squares / examples.length - sum / examples.length * (sum / examples.length);
        }
    }

    private static double loss(float[] theta) {
        double sum = 0;
        for (float value : theta) {
            sum += (value - 1.0) * (value - 1) / 2;
        }
        return sum;
    }

    @Test
    void lowerALossOfWhichTheySeeTheMeanAlone() {
        for (Rival rival : rivals()) {
            float[] theta = new float[DIMENSION];
            rival.run(new Coupled(4000), theta, 1, (now, mean) -> true);
            assertThat(loss(theta)).as("%s", rival).isLessThan(0.2 * loss(new float[DIMENSION]));
        }
    }

    @Test
    void beginWhereTheyAreTold() {
        float[] start = {3, -2, 0.5f, 7, 1};
        for (Rival rival : rivals()) {
            Coupled loss = new Coupled(rival.minimumQueries(DIMENSION));
            rival.run(loss, start.clone(), 1, (now, mean) -> true);
            float[] first = loss.asked.getFirst();
            for (int i = 0; i < DIMENSION; i++) {
                assertThat(Math.abs(first[i] - start[i])).as("%s", rival).isLessThan(0.11f);
            }
        }
    }

    @Property(tries = 30)
    void spendWholeStepsAndNoMore(@ForAll @IntRange(min = 1, max = 600) int budget, @ForAll long seed) {
        for (Rival rival : rivals()) {
            Coupled loss = new Coupled(budget);
            float[] theta = new float[DIMENSION];
            rival.run(loss, theta, seed, (now, mean) -> true);
            boolean pays = budget >= rival.minimumQueries(DIMENSION);
            assertThat(loss.spent).as("%s", rival).isLessThanOrEqualTo(budget);
            if (pays) {
                long step = rival instanceof CmaEs ? 4L * (4 + 4) : rival instanceof RandomSearch ? EXAMPLES : 8;
                assertThat(loss.spent).as("%s", rival).isGreaterThan(budget - step);
            }
        }
    }

    @Test
    void cmaEsRefusesWhatItsMatricesCannotHold() {
        CmaEs search = new CmaEs(0.1, 4);
        assertThat(search.minimumQueries(CmaEs.MOST_PARAMETERS)).isPositive();
        assertThatThrownBy(() -> search.minimumQueries(49_280))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimension = 49280, expected <= 2048 for CMA-ES");
    }

    @Test
    void aFamilyMovesItsCoordinatesAlone() {
        Coupled inner = new Coupled(100);
        float[] origin = {9, 8, 7, 6, 5};
        CoordinateFamily family = new CoordinateFamily(inner, origin, new int[] {3, 1});
        assertThat(family.dimension()).isEqualTo(2);
        assertThat(family.examples()).isEqualTo(EXAMPLES);
        assertThat(family.start()).containsExactly(6, 8);
        assertThat(family.expand(new float[] {1, 2, 3, 4})).containsExactly(9, 2, 7, 1, 5, 9, 4, 7, 3, 5);
        double[] means = family.means(new float[] {1, 2, 3, 4}, new int[] {2, 2, 2});
        assertThat(means).containsExactly(loss(new float[] {9, 2, 7, 1, 5}), loss(new float[] {9, 4, 7, 3, 5}));
        assertThat(family.remaining()).isEqualTo(94);
        assertThatThrownBy(() -> new CoordinateFamily(inner, origin, new int[] {1, 1}))
                .hasMessage("positions[1] = 1, expected 0 <= position < 5, none twice");
        assertThatThrownBy(() -> new CoordinateFamily(inner, origin, new int[] {5}))
                .hasMessageContaining("positions[0]");
        assertThatThrownBy(() -> new CoordinateFamily(inner, new float[4], new int[] {1}))
                .hasMessage("origin.length = 4, expected 5");
    }

    /** Means over the examples of each row, asked in one call that the budget pays for whole or not at all. */
    @Test
    void aSeparableLossIsTheMeanOfItsExamples() {
        List<Integer> asked = new ArrayList<>();
        QueryMeter meter = new QueryMeter(
                new FunctionObjective(1, 4, (point, example) -> {
                    asked.add(example);
                    return point[0] * (1 << example);
                }),
                7);
        SeparableLoss loss = new SeparableLoss(meter);
        assertThat(loss.means(new float[] {1, 10}, new int[] {0, 3})).containsExactly(4.5, 45);
        assertThat(asked).containsExactly(0, 3, 0, 3);
        assertThat(loss.remaining()).isEqualTo(3);
        assertThatThrownBy(() -> loss.means(new float[] {1, 10}, new int[] {0, 3}))
                .isInstanceOf(BlackBoxException.class)
                .hasMessageContaining("4 more queries after 4, expected at most 7");
        assertThat(asked).hasSize(4);
    }

    @Test
    void textsAreTakenApart() {
        assertThat(ArmText.parse("neyman/clean@16:0.05"))
                .isEqualTo(new ArmText("neyman/clean@16:0.05", "neyman", "clean", 16, 0.05));
        assertThat(ArmText.parse("cma-es")).isEqualTo(new ArmText("cma-es", "cma-es", null, null, null));
        assertThat(ArmText.parse("equal:1e-3").stepOr(7)).isEqualTo(0.001);
        assertThat(ArmText.parse("equal").stepOr(7)).isEqualTo(7);
        assertThat(ArmText.parse("equal@8").batchOr(7)).isEqualTo(8);
        assertThatThrownBy(() -> ArmText.parse("equal@8.5")).hasMessageContaining("a whole number after the @");
        assertThatThrownBy(() -> ArmText.parse("equal:x")).hasMessageContaining("a number after the colon");
    }
}
