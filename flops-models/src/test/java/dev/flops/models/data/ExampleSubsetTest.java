package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.counting;
import static dev.flops.models.data.IdxBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExampleSubsetTest {
    private static final IdxDataset BASE =
            IdxDataset.of(read(counting(256, 6, 2, 3)), read(counting(5, 6)), 5, Normalization.none());

    @Test
    void showsTheChosenExamplesInOrder() {
        int[] indices = {4, 0, 4};
        ExampleSubset subset = ExampleSubset.of(BASE, indices);
        Arrays.fill(indices, 1); // the view keeps its own

        assertThat(subset.size()).isEqualTo(3);
        assertThat(subset.classes()).isEqualTo(5);
        assertThat(subset.exampleShape()).containsExactly(2, 3, 1);
        assertThat(subset.exampleLength()).isEqualTo(6);
        int[] expected = {4, 0, 4};
        for (int i = 0; i < 3; i++) {
            assertThat(subset.baseIndex(i)).isEqualTo(expected[i]);
            assertThat(subset.label(i)).isEqualTo(BASE.label(expected[i]));
            float[] ofView = new float[8];
            float[] ofBase = new float[8];
            subset.readInto(i, ofView, 1);
            BASE.readInto(expected[i], ofBase, 1);
            assertThat(ofView).isEqualTo(ofBase);
        }
    }

    @Test
    void viewsOfViewsCompose() {
        ExampleSubset inner = ExampleSubset.of(BASE, new int[] {5, 3, 1});
        ExampleSubset outer = ExampleSubset.of(inner, new int[] {2, 0});
        assertThat(outer.label(0)).isEqualTo(BASE.label(1));
        assertThat(outer.label(1)).isEqualTo(BASE.label(5));
    }

    @Test
    void refusesImpossibleIndices() {
        assertThatThrownBy(() -> ExampleSubset.of(BASE, new int[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("indices.length = 0, expected >= 1");
        for (int index : new int[] {-1, 6}) {
            assertThatThrownBy(() -> ExampleSubset.of(BASE, new int[] {0, index}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("indices[1] = %d, expected 0 <= index < 6", index);
        }
        ExampleSubset subset = ExampleSubset.of(BASE, new int[] {5});
        assertThatThrownBy(() -> subset.label(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("example = 1, expected 0 <= example < 1");
    }
}
