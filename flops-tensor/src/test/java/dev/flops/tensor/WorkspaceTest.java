package dev.flops.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
    /** Tensors taken and not released never overlap, whatever was taken and released before. */
    @Property(tries = 200)
    void liveTensorsDoNotOverlap(
            @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 90_000) Integer> before,
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 90_000) Integer> lengths) {
        Workspace workspace = new Workspace();
        for (int length : before) {
            workspace.take(Shape.of(length));
        }
        workspace.release(0);
        List<Tensor> live = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            Tensor kept = workspace.take(Shape.of(lengths.get(i)));
            Arrays.fill(kept.array(), kept.offset(), kept.offset() + kept.elements(), i);
            live.add(kept);
            long mark = workspace.mark();
            Tensor dropped = workspace.take(Shape.of(lengths.get(lengths.size() - 1 - i)));
            Arrays.fill(dropped.array(), dropped.offset(), dropped.offset() + dropped.elements(), -1);
            workspace.release(mark);
        }
        for (int i = 0; i < live.size(); i++) {
            for (float value : live.get(i).toArray()) {
                assertThat(value).isEqualTo(i);
            }
        }
    }

    @Test
    void aSteadyStateAllocatesNothing() {
        Workspace workspace = new Workspace();
        for (int round = 0; round < 3; round++) {
            workspace.take(Shape.of(100_000));
            workspace.take(Shape.of(70_000));
            workspace.release(0);
        }
        long bytes = workspace.bytes();
        float[] array = workspace.take(Shape.of(100_000)).array();
        assertThat(workspace.take(Shape.of(70_000)).array()).isSameAs(array);
        workspace.release(0);
        assertThat(workspace.bytes()).isEqualTo(bytes);
    }
}
