package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** Computes operations on tensor operations and counts what they cost. */
final class Computation {
    private final TensorOps ops;
    private final ParameterSource parameters;
    private final Workspace workspace;
    private final int[] exampleOfRow;
    private long flops;

    /** exampleOfRow[r] is the example of sample row r, where clean rows meet rows of samples. */
    Computation(TensorOps ops, ParameterSource parameters, Workspace workspace, int[] exampleOfRow) {
        this.ops = ops;
        this.parameters = parameters;
        this.workspace = workspace;
        this.exampleOfRow = exampleOfRow;
    }

    long flops() {
        return flops;
    }

    int variants() {
        return parameters.variants();
    }

    /** As many examples as had better go through the network together. */
    int examplesAtATime() {
        return parameters instanceof PackedParameters packed ? packed.examplesAtATime() : Integer.MAX_VALUE;
    }

    /** An activation will have this shape. */
    void announceShape(Shape shape) {
        if (parameters instanceof PackedParameters packed) {
            packed.announceActivation(shape.elements() / shape.extent(0));
        }
    }

    /** The output of an operation, of the given shape, in the workspace. */
    Tensor of(Operation operation, Shape shape) {
        if (operation instanceof Operation.Reshape o) {
            return o.x().tensor().reshape(o.shape());
        }
        Tensor out = workspace.take(shape);
        compute(operation, out);
        return out;
    }

    private void compute(Operation operation, Tensor out) {
        switch (operation) {
            case Operation.Linear o -> linear(o, out);
            case Operation.Convolution o -> convolution(o, out);
            case Operation.LayerNorm o -> layerNorm(o, out);
            case Operation.RmsNorm o -> rmsNorm(o, out);
            case Operation.GroupNorm o -> groupNorm(o, out);
            case Operation.Standardize o -> standardize(o, out);
            case Operation.Affine o -> affine(o, out);
            case Operation.Gelu o -> map(out, ops.elementwise()::geluInto, inPlace(o.x(), out));
            case Operation.Silu o -> map(out, ops.elementwise()::siluInto, inPlace(o.x(), out));
            case Operation.Relu o -> map(out, ops.elementwise()::reluInto, inPlace(o.x(), out));
            case Operation.Scale o ->
                map(out, (x, to) -> ops.elementwise().scaleInto(o.factor(), x, to), inPlace(o.x(), out));
            case Operation.Add o -> add(o.x(), o.y(), out);
            case Operation.Attention o -> attention(o.x().tensor(), o.heads(), out);
            case Operation.Reshape o -> throw new AssertionError(o);
            case Operation.MaxPool o -> {
                ops.image().maxPoolInto(o.x().tensor(), o.window(), out);
                flops += (long) out.elements() * o.window().taps();
            }
            case Operation.AveragePool o -> {
                ops.image().averagePoolInto(o.x().tensor(), o.window(), out);
                flops += (long) out.elements() * o.window().taps();
            }
            case Operation.Embed o -> embed(o, out);
            case Operation.Broadcast o -> broadcast(o.x().tensor(), o.value(), out);
            case Operation.Insert o -> insert(o.x(), o.y(), o.index(), out);
            case Operation.Resize o -> {
                Bilinear.resize(o.x().tensor(), out);
                flops += 8L * out.elements();
            }
            case Operation.Token o -> Embeddings.select(o.x().tensor(), o.index(), out);
        }
    }

    /** The values of an operation's input: computed into its output, if nothing else will read them, or where they are. */
    private Tensor inPlace(Activation x, Tensor out) {
        Operation waiting = x.waitingForOneReader();
        if (waiting == null || waiting instanceof Operation.Reshape) {
            return x.tensor();
        }
        compute(waiting, out);
        x.consumed();
        return out;
    }

    private interface Map {
        void into(Tensor x, Tensor out);
    }

    private void map(Tensor out, Map map, Tensor x) {
        map.into(x, out);
        flops += out.elements();
    }

    private void linear(Operation.Linear o, Tensor out) {
        Tensor x = o.x().tensor();
        parameters.multiplyInto(x, o.weight(), o.bias(), 1, 0, out, workspace);
        flops += 2L * x.elements() * o.weight().shape().getFirst();
    }

    private void convolution(Operation.Convolution o, Tensor out) {
        Tensor x = o.x().tensor();
        for (int group = 0; group < o.groups(); group++) {
            parameters.convolveInto(x, o.weight(), o.bias(), o.window(), o.groups(), group, out, workspace);
        }
        flops += 2L * out.elements() * (o.weight().length() / o.weight().shape().getFirst());
    }

    /** Not in place: what layers are normalised from is often read once more, by the residual connection around them. */
    private void layerNorm(Operation.LayerNorm o, Tensor out) {
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            ops.row().layerNormInto(x, gamma, parameters.values(o.beta(), variant, workspace), o.epsilon(), part);
        });
        flops += 8L * out.elements();
    }

    private void rmsNorm(Operation.RmsNorm o, Tensor out) {
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            ops.row().rmsNormInto(x, parameters.values(o.gamma(), variant, workspace), o.epsilon(), part);
        });
        flops += 4L * out.elements();
    }

    private interface VariantTask {
        void run(int variant, Tensor x, Tensor out);
    }

    /** Runs a task on the rows of x and out that belong to each point of the parameters. */
    private void eachVariant(Tensor x, Tensor out, VariantTask task) {
        int variants = parameters.variants();
        int rows = x.shape().extent(0) / variants;
        for (int variant = 0; variant < variants; variant++) {
            long mark = workspace.mark();
            int from = variant * rows;
            task.run(variant, x.slice(from, from + rows), out.slice(from, from + rows));
            workspace.release(mark);
        }
    }

    private void groupNorm(Operation.GroupNorm o, Tensor out) {
        ops.normalization().groupNormInto(inPlace(o.x(), out), o.groups(), o.epsilon(), out, workspace);
        flops += 6L * out.elements();
    }

    private void standardize(Operation.Standardize o, Tensor out) {
        eachVariant(inPlace(o.x(), out), out, (variant, x, part) -> {
            Tensor mean = parameters.values(o.mean(), variant, workspace);
            Tensor squares = parameters.values(o.variance(), variant, workspace);
            ops.normalization().standardizeInto(x, mean, squares, o.epsilon(), part);
        });
        flops += 2L * out.elements();
    }

    private void affine(Operation.Affine o, Tensor out) {
        eachVariant(inPlace(o.x(), out), out, (variant, x, part) -> {
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            ops.normalization().affineInto(x, gamma, parameters.values(o.beta(), variant, workspace), part);
        });
        flops += 2L * out.elements();
    }

    private void add(Activation a, Activation b, Tensor out) {
        if (a.perSample() != b.perSample()) {
            Activation perturbed = a.perSample() ? a : b;
            Tensor clean = (a.perSample() ? b : a).tensor();
            ops.elementwise().addGatheredInto(inPlace(perturbed, out), clean, exampleOfRow, out);
        } else if (a.waitingForOneReader() == null) {
            Tensor values = a.tensor();
            ops.elementwise().addInto(values, inPlace(b, out), out);
        } else {
            Tensor values = b.tensor();
            ops.elementwise().addInto(inPlace(a, out), values, out);
        }
        flops += out.elements();
    }

    private void attention(Tensor qkv, int heads, Tensor out) {
        ops.attention().attentionInto(qkv, heads, out, workspace);
        long tokens = qkv.shape().extent(1);
        flops += 4L * tokens * out.elements() + 5L * qkv.shape().extent(0) * heads * tokens * tokens;
    }

    private void embed(Operation.Embed o, Tensor out) {
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            Tensor token = parameters.values(o.token(), variant, workspace);
            Embeddings.forward(ops, x, token, parameters.values(o.positions(), variant, workspace), part);
        });
        flops += out.elements();
    }

    private void broadcast(Tensor x, Parameter value, Tensor out) {
        eachVariant(
                x, out, (variant, _, part) -> Embeddings.broadcast(parameters.values(value, variant, workspace), part));
    }

    private void insert(Activation x, Activation y, int index, Tensor out) {
        boolean mixed = x.perSample() != y.perSample();
        int @Nullable [] examplesOfX = mixed && !x.perSample() ? exampleOfRow : null;
        int @Nullable [] examplesOfY = mixed && !y.perSample() ? exampleOfRow : null;
        Embeddings.insert(x.tensor(), examplesOfX, y.tensor(), examplesOfY, index, out);
    }
}
