package dev.flops.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClassSplitTest {
    /** Examples of one feature, their own index. */
    private static LabelledExamples examples(int classes, int... labels) {
        float[][] features = new float[labels.length][1];
        for (int i = 0; i < labels.length; i++) {
            features[i][0] = i;
        }
        return new StoredExamples(features, labels, new int[] {1}, classes);
    }

    private static List<Integer> indices(ExampleSubset subset) {
        return IntStream.range(0, subset.size()).mapToObj(subset::baseIndex).toList();
    }

    @Property(tries = 300)
    void fewShotsAreSoManyOfEachClassInOrder(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 6) int classes,
            @ForAll @IntRange(min = 1, max = 5) int shots) {
        int[] labels = new int[classes * 7];
        Arrays.setAll(labels, i -> (int) Math.floorMod(i * 31L + seed / 3, (long) classes));
        LabelledExamples all = examples(classes, labels);
        ExampleSubset few = ClassSplit.fewShot(all, shots, RandomKey.ofSeed(seed));
        assertThat(indices(few)).isSorted().doesNotHaveDuplicates().hasSize(shots * classes);
        int[] counts = new int[classes];
        for (int i = 0; i < few.size(); i++) {
            counts[few.label(i)]++;
        }
        assertThat(counts).containsOnly(shots);
        assertThat(indices(ClassSplit.fewShot(all, shots, RandomKey.ofSeed(seed))))
                .isEqualTo(indices(few));
    }

    /** What is chosen of a class depends on nothing but its own examples; more shots keep the fewer. */
    @Test
    void classesAndShotsDoNotDisturbEachOther() {
        RandomKey key = RandomKey.ofSeed(3);
        LabelledExamples one = examples(2, 0, 0, 0, 0, 1, 1, 1, 1);
        LabelledExamples other = examples(2, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
        List<Integer> two = indices(ClassSplit.fewShot(one, 2, key));
        assertThat(indices(ClassSplit.fewShot(other, 2, key)).subList(0, 2)).isEqualTo(two.subList(0, 2));
        assertThat(indices(ClassSplit.fewShot(one, 3, key))).containsAll(two);
    }

    /** Both classes of four by two: all 36 choices occur, so neither class nor place is fixed. */
    @Test
    void seedsReachAllChoices() {
        Set<List<Integer>> seen = new HashSet<>();
        LabelledExamples all = examples(2, 0, 1, 0, 1, 0, 1, 0, 1);
        for (int seed = 0; seed < 1000; seed++) {
            seen.add(indices(ClassSplit.fewShot(all, 2, RandomKey.ofSeed(seed))));
        }
        assertThat(seen).hasSize(36);
    }

    @Test
    void everyNthAndTheRestAreAll() {
        LabelledExamples all = examples(2, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1);
        assertThat(indices(ClassSplit.everyNth(all, 2))).containsExactly(2, 4, 6, 8, 9);
        assertThat(indices(ClassSplit.allButEveryNth(all, 2))).containsExactly(0, 1, 3, 5, 7, 10);
        assertThat(indices(ClassSplit.everyNth(all, 5))).containsExactly(7, 10);
    }

    @Test
    void refusesTooFew() {
        LabelledExamples all = examples(2, 0, 0, 1);
        RandomKey key = RandomKey.ofSeed(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassSplit.fewShot(all, 2, key))
                .withMessage("shots = 2, expected at most 1, the number of examples of class 1");
        assertThatIllegalArgumentException().isThrownBy(() -> ClassSplit.fewShot(all, 0, key));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassSplit.everyNth(all, 2))
                .withMessage("n = 2, expected at most 1, the number of examples of class 1");
        assertThatIllegalArgumentException().isThrownBy(() -> ClassSplit.allButEveryNth(all, 1));
    }
}
