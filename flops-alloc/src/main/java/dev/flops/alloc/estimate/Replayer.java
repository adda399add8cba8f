package dev.flops.alloc.estimate;

import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.PackedParameters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one worker replays samples with, from step to step. */
final class Replayer {
    private final Workspace workspace = new Workspace();
    private final ForwardContext context;
    /** By their number. */
    private final List<@Nullable SampleRows> rows = new ArrayList<>();

    Replayer(TensorOps ops, PackedParameters parameters) {
        this.context = ForwardContext.replaying(ops, parameters, workspace);
    }

    Workspace workspace() {
        return workspace;
    }

    ForwardContext context() {
        return context;
    }

    /** Room for so many rows, with undefined contents. */
    SampleRows rows(int count) {
        while (rows.size() <= count) {
            rows.add(null);
        }
        SampleRows known = rows.get(count);
        if (known == null) {
            known = new SampleRows(count);
            rows.set(count, known);
        }
        return known;
    }
}
