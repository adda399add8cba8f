package dev.flops.tensor.network;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Perturbation;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;
import org.jspecify.annotations.Nullable;

/**
 * Parameters read from their plain storage with every use: a product packs its weights block by block and drops them, and
 * perturbs them as it packs. There is no second copy of the parameters, neither packed nor perturbed, and nothing to
 * refresh; packing is paid with every forward.
 *
 * <p>Bits are those of a forward at the materialised point. Element e of ε belongs to value e of θ, of which only trainable
 * parameters are perturbed. Safe for use by several threads while the values do not change.
 */
public final class StreamedParameters implements ParameterSource {
    private final TensorOps ops;
    private final Parameters layout;
    private final float[] values;
    private final int origin;
    private final @Nullable Perturbation perturbation;

    private StreamedParameters(
            TensorOps ops, Parameters layout, float[] values, int origin, @Nullable Perturbation perturbation) {
        this.ops = ops;
        this.layout = layout;
        this.values = values;
        this.origin = origin;
        this.perturbation = perturbation;
    }

    /**
     * A point in an array.
     *
     * @param ops tensor operations
     * @param layout names and shapes; its values are not read
     * @param values storage, not copied
     * @param origin index of the point's first value
     * @return the source
     */
    public static StreamedParameters at(TensorOps ops, Parameters layout, float[] values, int origin) {
        if (origin < 0 || origin > values.length - layout.dimension()) {
            throw new IllegalArgumentException("origin = " + origin + ", expected 0 <= origin <= "
                    + (values.length - layout.dimension()) + " for " + layout.dimension() + " of " + values.length
                    + " values");
        }
        return new StreamedParameters(ops, layout, values, origin, null);
    }

    /**
     * θ + σ ε, or the two points of a pair.
     *
     * @param ops tensor operations
     * @param parameters θ, not modified
     * @param perturbation σ and ε
     * @return the source
     */
    public static StreamedParameters perturbed(TensorOps ops, Parameters parameters, Perturbation perturbation) {
        return new StreamedParameters(ops, parameters, parameters.values(), 0, perturbation);
    }

    @Override
    public int variants() {
        return perturbation == null ? 1 : perturbation.variants();
    }

    @Override
    public Tensor values(Parameter parameter, int variant, Workspace workspace) {
        Parameter own = layout.get(parameter.name());
        Shape shape = Shape.of(own.shape());
        if (!isPerturbed(own)) {
            return Tensor.view(shape, values, origin + own.offset());
        }
        Tensor out = workspace.take(shape);
        readInto(own, variant, out);
        return out;
    }

    private boolean isPerturbed(Parameter own) {
        return perturbation != null && own.trainable();
    }

    /** Writes a parameter's values at a point. */
    private void readInto(Parameter own, int variant, Tensor out) {
        int from = origin + own.offset();
        if (perturbation == null || !own.trainable()) {
            System.arraycopy(values, from, out.array(), out.offset(), own.length());
            return;
        }
        ops.noise()
                .addNoisePieceInto(
                        perturbation.distribution(),
                        perturbation.noise(),
                        own.offset(),
                        own.length(),
                        perturbation.scale(variant),
                        values,
                        from,
                        out.array(),
                        out.offset());
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
        Parameter own = layout.get(weight.name());
        int rows = own.shape().getFirst() / groups;
        int columns = own.length() / own.shape().getFirst();
        int first = own.offset() + group * rows * columns;
        Tensor w = Tensor.view(Shape.of(rows, columns), values, origin + first);
        long mark = workspace.mark();
        if (perturbation == null) {
            ops.matrix().multiplyTransposedInto(x, w, bias(bias, rows, group, 1, workspace), out, workspace);
        } else {
            // A frozen weight meets a perturbed bias as it is: σ = 0 would not keep the sign of −0.
            int variants = perturbation.variants();
            Tensor biases = bias(bias, rows, group, variants, workspace);
            if (own.trainable()) {
                ops.matrix().multiplyTransposedPerturbedInto(x, w, perturbation, first, biases, out, workspace);
            } else {
                multiplyFrozen(x, w, biases, variants, out, workspace);
            }
        }
        workspace.release(mark);
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
        Convolutions.byPatches(ops, x, this, weight, bias, window, groups, group, out, workspace);
    }

    private void multiplyFrozen(
            Tensor x, Tensor w, @Nullable Tensor biases, int variants, Tensor out, Workspace workspace) {
        Tensor from =
                x.reshape(Shape.of(x.elements() / w.shape().extent(1), w.shape().extent(1)));
        Tensor to = out.reshape(Shape.of(from.shape().extent(0), w.shape().extent(0)));
        int rows = from.shape().extent(0) / variants;
        for (int variant = 0; variant < variants; variant++) {
            int first = variant * rows;
            ops.matrix()
                    .multiplyTransposedInto(
                            from.slice(first, first + rows),
                            w,
                            biases == null ? null : biases.slice(variant, variant + 1),
                            to.slice(first, first + rows),
                            workspace);
        }
    }

    /** The group's share of a bias at each point, (variants, rows). */
    private @Nullable Tensor bias(@Nullable Parameter bias, int rows, int group, int variants, Workspace workspace) {
        if (bias == null) {
            return null;
        }
        Parameter own = layout.get(bias.name());
        int length = own.length();
        if (perturbation == null) {
            return Tensor.view(Shape.of(rows), values, origin + own.offset() + group * rows);
        }
        Tensor whole = workspace.take(Shape.of(length));
        Tensor share = workspace.take(Shape.of(variants, rows));
        for (int variant = 0; variant < variants; variant++) {
            readInto(own, variant, whole);
            System.arraycopy(
                    whole.array(), whole.offset() + group * rows, share.array(), share.offset() + variant * rows, rows);
        }
        return share;
    }
}
