package dev.flops.bench.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.LabelledExamples;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TaskDataTest {
    /** Example i has label i mod 2 and the feature i. */
    private record Numbered(int size) implements LabelledExamples {
        @Override
        public int[] exampleShape() {
            return new int[] {1};
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public int label(int example) {
            return example % 2;
        }

        @Override
        public void readInto(int example, float[] out, int offset) {
            out[offset] = example;
        }
    }

    private static int[] features(LabelledExamples examples) {
        float[] out = new float[examples.size()];
        IntStream.range(0, out.length).forEach(i -> examples.readInto(i, out, i));
        return IntStream.range(0, out.length).map(i -> (int) out[i]).toArray();
    }

    @Test
    void theProbeIsTheLastExamplesOfEachClass() {
        TaskData data = TaskData.split(new Numbered(40), new Numbered(6), 4, "none");
        assertThat(features(data.probe().orElseThrow())).containsExactly(36, 37, 38, 39);
        assertThat(features(data.train())).isEqualTo(IntStream.range(0, 36).toArray());
        assertThat(features(data.test())).hasSize(6);
    }

    @Test
    void theProbeTakesAtMostATenth() {
        TaskData data = TaskData.split(new Numbered(40), new Numbered(6), 500, "none");
        assertThat(data.probe().orElseThrow().size()).isEqualTo(4);
        assertThat(TaskData.split(new Numbered(19), new Numbered(6), 500, "none")
                        .probe())
                .isEqualTo(Optional.empty());
    }

    @Test
    void countsOfTheClasses() {
        assertThat(TaskData.classCounts(new Numbered(5))).containsExactly(3, 2);
    }
}
