package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.bench.blackbox.BlackBoxException;
import dev.flops.bench.rival.CmaEs;
import dev.flops.bench.rival.RandomSearch;
import dev.flops.bench.rival.Rival;
import dev.flops.bench.rival.SpsaGradientCorrection;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rivals on a task of 24 features and 8 outputs that a projector of the block can solve. */
final class RivalAlignmentTest {
    private static final double TEMPERATURE = 0.2;
    private static final AlignConfig USUAL = new AlignConfig(
            AllocatorChoice.EQUAL,
            SamplingScheme.CLEAN_BASELINE,
            0.1f,
            TEMPERATURE,
            0.02,
            64,
            512,
            60,
            3,
            SimdWidth.AUTO);

    private static AlignTask task() {
        return SyntheticAlignment.task(Workers.callingThread());
    }

    /** The definition, in double precision. */
    private static double contrast(AlignData data, float[] theta, int... emoji) {
        int features = data.google().shape().extent(1);
        int outputs = data.targets().shape().extent(1);
        double[][] s = new double[emoji.length][emoji.length];
        for (int i = 0; i < emoji.length; i++) {
            double[] z = new double[outputs];
            double squares = 0;
            for (int o = 0; o < outputs; o++) {
                z[o] = theta[outputs * features + o];
                for (int f = 0; f < features; f++) {
                    z[o] += (double) theta[o * features + f] * data.google().array()[emoji[i] * features + f];
                }
                squares += z[o] * z[o];
            }
            for (int j = 0; j < emoji.length; j++) {
                for (int o = 0; o < outputs; o++) {
                    s[i][j] += z[o]
                            * data.targets().array()[emoji[j] * outputs + o]
                            / (StrictMath.sqrt(squares) * TEMPERATURE);
                }
            }
        }
        double loss = 0;
        for (int i = 0; i < emoji.length; i++) {
            int own = i;
            double row = IntStream.range(0, emoji.length)
                    .mapToDouble(j -> StrictMath.exp(s[own][j]))
                    .sum();
            double column = IntStream.range(0, emoji.length)
                    .mapToDouble(k -> StrictMath.exp(s[k][own]))
                    .sum();
            loss += (StrictMath.log(row) + StrictMath.log(column) - 2 * s[i][i]) / (2 * emoji.length);
        }
        return loss;
    }

    @Test
    void theLossOfABatchIsTheDefinitionAndCostsItsExamples() {
        AlignData data = task().data();
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Projector projector = new Projector(data, ops, Workers.callingThread(), 5);
        ProjectedLoss loss = new ProjectedLoss(projector, data.google(), data.targets(), TEMPERATURE, ops, 10);
        int d = loss.dimension();
        assertThat(d).isEqualTo(24 * 8 + 8);
        float[] points = new float[2 * d];
        for (int i = 0; i < points.length; i++) {
            points[i] = (float) StrictMath.sin(1.7 * i);
        }
        double[] means = loss.means(points, new int[] {5, 0, 9});
        for (int row = 0; row < 2; row++) {
            float[] theta = Arrays.copyOfRange(points, row * d, (row + 1) * d);
            assertThat(means[row]).isCloseTo(contrast(data, theta, 5, 0, 9), within(1e-5));
        }
        assertThat(means[0]).isNotCloseTo(means[1], within(1e-3));
        assertThat(loss.spent()).isEqualTo(6);
        assertThat(loss.flops()).isEqualTo(6L * (2 * d + 2 * 3 * 8));
        assertThatThrownBy(() -> loss.means(points, new int[] {5, 0, 9}))
                .isInstanceOf(BlackBoxException.class)
                .hasMessageContaining("6 more queries after 6, expected at most 10");
        assertThat(loss.remaining()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spsa-gc@32:0.1", "spsa-gc/all@32:0.1", "cma-es@32:0.1", "random-search@128:0.05"})
    void picturesLearnToFindTheirTexts(String arm) {
        AlignTask task = task();
        AlignRival method = (AlignRival) AlignArm.parse(arm, USUAL).method();
        AlignResult result = task.run(method, point -> true);
        assertThat(result.queries()).isBetween(60L * 512 - 32 * 18, 60L * 512);
        assertThat(result.curve().getFirst().imageToText10()).isLessThan(0.1);
        assertThat(result.google().imageToText10()).isGreaterThan(0.15);
        assertThat(result.twitter()).as("the same features there").isEqualTo(result.google());
        assertThat(result.curve().getLast().imageToText10())
                .isEqualTo(result.google().imageToText10());
        assertThat(result.curve().getLast().queries()).isEqualTo(result.queries());
        assertThat(result.curve()).hasSizeBetween(6, 7);
        assertThat(result.allocation()).isNull();
        AlignResult again = task.run(method, point -> true);
        assertThat(again.parametersSha256()).isEqualTo(result.parametersSha256());
        assertThat(task.run(method.withSeed(4), point -> true).parametersSha256())
                .isNotEqualTo(result.parametersSha256());
    }

    @Test
    void theBlockIsAllThatMoves() {
        AlignData data = task().data();
        for (AlignRival.Part part : AlignRival.Part.values()) {
            Rival search = new RandomSearch(0.1, 32);
            var config = new AlignRival(search, part, TEMPERATURE, 32 * 20, 3, SimdWidth.AUTO);
            RivalAlignment alignment = new RivalAlignment(data, Workers.callingThread(), config);
            float[] before = new Projector(data, TensorOps.of(SimdWidth.AUTO), Workers.callingThread(), 3)
                    .network()
                    .parameters()
                    .values();
            alignment.run(2, point -> true);
            float[] after = alignment.parameters();
            for (int i = 0; i < after.length; i++) {
                boolean inBlock = i < 24 * 8 && i % 24 < AlignRival.BLOCK;
                if (part == AlignRival.Part.BLOCK && !inBlock) {
                    assertThat(after[i]).as("parameter %d", i).isZero();
                } else {
                    assertThat(Math.abs(after[i] - before[i]))
                            .as("parameter %d", i)
                            .isBetween(1e-6f, 2f);
                }
            }
        }
    }

    @Test
    void aStoppedRunIsMarked() {
        AlignRival method = (AlignRival) AlignArm.parse("spsa-gc", USUAL).method();
        AlignResult result = task().run(method, point -> point.queries() < 5000);
        assertThat(result.interrupted()).isTrue();
        assertThat(result.queries()).isLessThan(60L * 512 / 2);
    }

    @Test
    void whatCannotRunIsRefusedBefore() {
        AlignTask task = task();
        Tensor wide = Tensor.zeros(Emoji.COUNT, 384);
        Tensor targets = Tensor.zeros(Emoji.COUNT, 128);
        AlignData data = task.data();
        AlignTask big = new AlignTask(
                new AlignData(data.emoji(), data.split(), wide, wide, targets, data.categories(), targets),
                Workers.callingThread(),
                1);
        assertThatThrownBy(() -> big.check(AlignArm.parse("cma-es/all", USUAL).method()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimension = 49280, expected <= 2048 for CMA-ES");
        big.check(AlignArm.parse("cma-es", USUAL).method());
        assertThatThrownBy(() -> task.check(new AlignRival(
                        new CmaEs(0.1, 64), AlignRival.Part.BLOCK, TEMPERATURE, 1215, 1, SimdWidth.AUTO)))
                .hasMessageContaining("queries = 1215, expected >= 1216");
        assertThatThrownBy(() ->
                        task.check(AlignArm.parse("random-search@1337", USUAL).method()))
                .hasMessageContaining("batch = 1337");
        assertThatThrownBy(() -> task.check(AlignArm.parse("equal@257", USUAL).method()))
                .hasMessageContaining("budget = 512 queries per step, expected >= 514");
    }

    @Test
    void armsAreReadAndRefused() {
        assertThat(AlignArm.parse("neyman@32:0.5", USUAL).method())
                .isEqualTo(new AlignConfig(
                        AllocatorChoice.NEYMAN,
                        SamplingScheme.CLEAN_BASELINE,
                        0.1f,
                        TEMPERATURE,
                        0.5,
                        32,
                        512,
                        60,
                        3,
                        SimdWidth.AUTO));
        assertThat(AlignArm.parse("spsa-gc/all@16:2", USUAL).method())
                .isInstanceOfSatisfying(AlignRival.class, rival -> {
                    assertThat(rival.part()).isEqualTo(AlignRival.Part.ALL);
                    assertThat(rival.queries()).isEqualTo(60 * 512);
                    assertThat(rival.rival()).isEqualTo(new SpsaGradientCorrection(2, 0.01, 10, 0.9, 16));
                });
        assertThatThrownBy(() -> AlignArm.parse("cma", USUAL)).hasMessageContaining("names cma, expected spsa-gc");
        assertThatThrownBy(() -> AlignArm.parse("spsa-gc/half", USUAL)).hasMessageContaining("all, block");
        assertThatThrownBy(() -> AlignArm.parse("equal/all", USUAL)).hasMessageContaining("expected no scheme");
        assertThatThrownBy(() -> AlignArm.parse("pooled-biased", USUAL)).hasMessageContaining("an unbiased one");
    }
}
