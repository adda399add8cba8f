package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Nonlinearity;
import org.jspecify.annotations.Nullable;

/** Computes operations on tensor operations and counts what they cost. */
final class Computation {
    private final TensorOps ops;
    private ParameterSource parameters;
    private final Workspace workspace;
    private int[] exampleOfRow = new int[0];
    private long flops;

    Computation(TensorOps ops, ParameterSource parameters, Workspace workspace) {
        this.ops = ops;
        this.parameters = parameters;
        this.workspace = workspace;
    }

    /** The example of each sample row, where clean rows meet rows of samples. */
    void rowsOf(int[] examples) {
        exampleOfRow = examples;
    }

    /** From here on, parameters are read from another source. */
    void reading(ParameterSource source) {
        parameters = source;
    }

    /** Counts anew. */
    void restart() {
        flops = 0;
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
            return workspace.part(shape, o.x().tensor(), 0);
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
            case Operation.Gelu o -> apply(Nonlinearity.GELU, o.x(), out);
            case Operation.Silu o -> apply(Nonlinearity.SILU, o.x(), out);
            case Operation.Relu o -> apply(Nonlinearity.RELU, o.x(), out);
            case Operation.Scale o -> {
                ops.elementwise().scaleInto(o.factor(), inPlace(o.x(), out), out);
                flops += out.elements();
            }
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
            case Operation.Broadcast o -> broadcast(o.value(), out);
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

    private void apply(Nonlinearity f, Activation x, Tensor out) {
        if (!finishesProduct(x, null, f, out)) {
            Tensor values = inPlace(x, out);
            switch (f) {
                case IDENTITY -> throw new AssertionError(f);
                case RELU -> ops.elementwise().reluInto(values, out);
                case GELU -> ops.elementwise().geluInto(values, out);
                case SILU -> ops.elementwise().siluInto(values, out);
            }
        }
        flops += out.elements();
    }

    /**
     * out = f(residual + x) as the last act of a product, where x is one that waits and nothing else reads; whether it is.
     */
    private boolean finishesProduct(Activation x, @Nullable Activation residual, Nonlinearity f, Tensor out) {
        if (!(x.waitingForOneReader() instanceof Operation.Linear product)
                || !(parameters instanceof PackedParameters packed)) {
            return false;
        }
        Tensor operand = product.x().tensor();
        Tensor added = residual == null ? null : residual.tensor();
        packed.multiplyInto(operand, product.weight(), product.bias(), added, f, out, workspace);
        flops += 2L * operand.elements() * product.weight().shape().getFirst();
        x.consumed();
        return true;
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
        Tensor x = o.x().tensor();
        for (int variant = 0; variant < variants(); variant++) {
            long mark = workspace.mark();
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            Tensor beta = parameters.values(o.beta(), variant, workspace);
            ops.row().layerNormInto(rowsAt(variant, x), gamma, beta, o.epsilon(), rowsAt(variant, out));
            workspace.release(mark);
        }
        flops += 8L * out.elements();
    }

    private void rmsNorm(Operation.RmsNorm o, Tensor out) {
        Tensor x = o.x().tensor();
        for (int variant = 0; variant < variants(); variant++) {
            long mark = workspace.mark();
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            ops.row().rmsNormInto(rowsAt(variant, x), gamma, o.epsilon(), rowsAt(variant, out));
            workspace.release(mark);
        }
        flops += 4L * out.elements();
    }

    /** The rows that belong to a point of the parameters. */
    private Tensor rowsAt(int variant, Tensor all) {
        int rows = all.shape().extent(0) / variants();
        return all.slice(variant * rows, (variant + 1) * rows);
    }

    private void groupNorm(Operation.GroupNorm o, Tensor out) {
        ops.normalization().groupNormInto(inPlace(o.x(), out), o.groups(), o.epsilon(), out, workspace);
        flops += 6L * out.elements();
    }

    private void standardize(Operation.Standardize o, Tensor out) {
        Tensor x = inPlace(o.x(), out);
        for (int variant = 0; variant < variants(); variant++) {
            long mark = workspace.mark();
            Tensor mean = parameters.values(o.mean(), variant, workspace);
            Tensor squares = parameters.values(o.variance(), variant, workspace);
            ops.normalization()
                    .standardizeInto(rowsAt(variant, x), mean, squares, o.epsilon(), rowsAt(variant, out), workspace);
            workspace.release(mark);
        }
        flops += 2L * out.elements();
    }

    private void affine(Operation.Affine o, Tensor out) {
        Tensor x = inPlace(o.x(), out);
        for (int variant = 0; variant < variants(); variant++) {
            long mark = workspace.mark();
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            Tensor beta = parameters.values(o.beta(), variant, workspace);
            ops.normalization().affineInto(rowsAt(variant, x), gamma, beta, rowsAt(variant, out));
            workspace.release(mark);
        }
        flops += 2L * out.elements();
    }

    private void add(Activation a, Activation b, Tensor out) {
        if (a.perSample() != b.perSample()) {
            Activation perturbed = a.perSample() ? a : b;
            Tensor clean = (a.perSample() ? b : a).tensor();
            ops.elementwise().addGatheredInto(inPlace(perturbed, out), clean, exampleOfRow, out);
        } else if (a.waitingForOneReader() == null) {
            if (!finishesProduct(b, a, Nonlinearity.IDENTITY, out)) {
                Tensor values = a.tensor();
                ops.elementwise().addInto(values, inPlace(b, out), out);
            }
        } else if (!finishesProduct(a, b, Nonlinearity.IDENTITY, out)) {
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
        Tensor x = o.x().tensor();
        for (int variant = 0; variant < variants(); variant++) {
            long mark = workspace.mark();
            Tensor token = parameters.values(o.token(), variant, workspace);
            Tensor positions = parameters.values(o.positions(), variant, workspace);
            Embeddings.forward(ops, rowsAt(variant, x), token, positions, rowsAt(variant, out), workspace);
            workspace.release(mark);
        }
        flops += out.elements();
    }

    private void broadcast(Parameter value, Tensor out) {
        for (int variant = 0; variant < variants(); variant++) {
            long mark = workspace.mark();
            Embeddings.broadcast(parameters.values(value, variant, workspace), rowsAt(variant, out));
            workspace.release(mark);
        }
    }

    private void insert(Activation x, Activation y, int index, Tensor out) {
        boolean mixed = x.perSample() != y.perSample();
        int @Nullable [] examplesOfX = mixed && !x.perSample() ? exampleOfRow : null;
        int @Nullable [] examplesOfY = mixed && !y.perSample() ? exampleOfRow : null;
        Embeddings.insert(x.tensor(), examplesOfX, y.tensor(), examplesOfY, index, out);
    }
}
