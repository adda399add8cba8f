package dev.flops.tensor.network;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.PackedMatrix;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Nonlinearity;
import dev.flops.tensor.spec.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a network as its forwards read them: weight matrices packed, the rest as they are. Refresh it after
 * the values have changed; between refreshes it is safe for use by several threads.
 */
public final class PackedParameters implements ParameterSource {
    /** Floats of the largest activation of examples that go together: a few of those stay in the second-level cache. */
    private static final int PART = 1 << 18;

    /** So many examples go together however large they are: each product reads all of its weights for them. */
    private static final int LEAST_PART = 8;

    private final TensorOps ops;
    private final Map<String, Tensor> views = new HashMap<>();
    private final Map<String, PackedMatrix[]> packed = new HashMap<>();
    private final List<PackedMatrix> targets = new ArrayList<>();
    private final List<Tensor> sources = new ArrayList<>();
    private final Workers.Task packing;
    private final long bytes;

    /** Floats of an example's largest activation in the forwards so far. */
    private volatile int largestActivation;

    /**
     * Packs the present values.
     *
     * @param ops tensor operations
     * @param network the network
     */
    public PackedParameters(TensorOps ops, Network network) {
        this.ops = ops;
        Parameters parameters = network.parameters();
        for (Parameter p : parameters.list()) {
            views.put(p.name(), Tensor.view(Shape.of(p.shape()), parameters.values(), p.offset()));
        }
        for (Network.Matrix matrix : network.matrices()) {
            Tensor w = view(matrix.weight());
            int outputs = w.shape().extent(0) / matrix.groups();
            int inputs = w.elements() / w.shape().extent(0);
            PackedMatrix[] groups = new PackedMatrix[matrix.groups()];
            for (int g = 0; g < groups.length; g++) {
                groups[g] = ops.matrix().newPacked(inputs, outputs);
                targets.add(groups[g]);
                sources.add(w.slice(g * outputs, (g + 1) * outputs));
            }
            packed.put(matrix.weight().name(), groups);
        }
        packing = (_, index) -> ops.matrix().packTransposedInto(sources.get(index), targets.get(index));
        bytes = targets.stream().mapToLong(PackedMatrix::bytes).sum();
        refresh(Workers.callingThread());
    }

    /**
     * Packs the present values again.
     *
     * @param workers run the packing
     */
    public void refresh(Workers workers) {
        workers.forEach(targets.size(), packing);
    }

    /**
     * Memory of the packed matrices.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /** As many examples as had better go through the network together: how it is computed, not what. */
    int examplesAtATime() {
        int largest = largestActivation;
        return largest == 0 ? Integer.MAX_VALUE : Math.max(LEAST_PART, PART / largest);
    }

    /** A forward has an activation of so many floats an example. */
    void announceActivation(int floats) {
        if (floats > largestActivation) {
            largestActivation = floats;
        }
    }

    @Override
    public int variants() {
        return 1;
    }

    @Override
    public Tensor values(Parameter parameter, int variant, Workspace workspace) {
        return view(parameter);
    }

    @Override
    public void multiplyInto(
            Tensor x,
            Parameter weight,
            @Nullable Parameter bias,
            int groups,
            int group,
            Tensor out,
            Workspace workspace) {
        PackedMatrix matrix = packed(weight, group);
        int n = matrix.columns();
        Tensor share = bias == null ? null : view(bias).slice(group * n, (group + 1) * n);
        ops.matrix().multiplyInto(x, matrix, share, out, workspace);
    }

    /** out = f(residual + (x Wᵀ + bias)). */
    void multiplyInto(
            Tensor x,
            Parameter weight,
            @Nullable Parameter bias,
            @Nullable Tensor residual,
            Nonlinearity f,
            Tensor out,
            Workspace workspace) {
        Tensor added = bias == null ? null : view(bias);
        ops.matrix().multiplyInto(x, packed(weight, 0), added, residual, f, out, workspace);
    }

    @Override
    public void convolveInto(
            Tensor x,
            Parameter weight,
            @Nullable Parameter bias,
            Window window,
            int groups,
            int group,
            Tensor out,
            Workspace workspace) {
        PackedMatrix matrix = packed(weight, group);
        int n = matrix.columns();
        Tensor share = bias == null ? null : view(bias).slice(group * n, (group + 1) * n);
        ops.image().convolveInto(x, window, groups, group, matrix, share, out, workspace);
    }

    private Tensor view(Parameter parameter) {
        return Objects.requireNonNull(views.get(parameter.name()), parameter.name());
    }

    private PackedMatrix packed(Parameter weight, int group) {
        PackedMatrix[] groups = packed.get(weight.name());
        if (groups == null) {
            throw new IllegalStateException("parameter " + weight.name() + " was not declared as a matrix");
        }
        return groups[group];
    }
}
