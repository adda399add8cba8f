package dev.flops.tensor.network;

import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Window;

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

    /** The output of an operation, in the workspace. */
    Tensor of(Operation operation) {
        return switch (operation) {
            case Operation.Linear o -> linear(o);
            case Operation.Convolution o -> convolution(o);
            case Operation.LayerNorm o -> layerNorm(o);
            case Operation.RmsNorm o -> rmsNorm(o);
            case Operation.GroupNorm o -> groupNorm(o);
            case Operation.Standardize o -> standardize(o);
            case Operation.Affine o -> affine(o);
            case Operation.Gelu o -> gelu(o.x());
            case Operation.Silu o -> silu(o.x());
            case Operation.Relu o -> relu(o.x());
            case Operation.Add o -> add(o.x(), o.y());
            case Operation.Scale o -> scale(o.x(), o.factor());
            case Operation.Attention o -> attention(o.x(), o.heads());
            case Operation.Reshape o -> o.x().tensor().reshape(o.shape());
            case Operation.MaxPool o -> maxPool(o.x(), o.window());
            case Operation.AveragePool o -> averagePool(o.x(), o.window());
            case Operation.Embed o -> embed(o);
            case Operation.Broadcast o -> broadcast(o.x(), o.value());
            case Operation.Insert o -> insert(o.x(), o.y(), o.index());
            case Operation.Resize o -> resize(o);
            case Operation.Token o -> token(o.x(), o.index());
        };
    }

    private Tensor linear(Operation.Linear o) {
        Activation x = o.x();
        int n = o.weight().shape().getFirst();
        Tensor out = workspace.take(x.shape().withLast(n));
        parameters.multiplyInto(x.tensor(), o.weight(), o.bias(), 1, 0, out, workspace);
        flops += 2L * x.tensor().elements() * n;
        return out;
    }

    private Tensor convolution(Operation.Convolution o) {
        int n = o.weight().shape().getFirst();
        Shape in = o.x().shape();
        int height = o.window().outputHeight(in.extent(1));
        int width = o.window().outputWidth(in.extent(2));
        Tensor out = workspace.take(Shape.of(in.extent(0), height, width, n));
        for (int group = 0; group < o.groups(); group++) {
            parameters.convolveInto(
                    o.x().tensor(), o.weight(), o.bias(), o.window(), o.groups(), group, out, workspace);
        }
        flops += 2L * out.elements() * (o.weight().length() / n);
        return out;
    }

    private Tensor layerNorm(Operation.LayerNorm o) {
        Tensor out = workspace.take(o.x().shape());
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            ops.row().layerNormInto(x, gamma, parameters.values(o.beta(), variant, workspace), o.epsilon(), part);
        });
        flops += 8L * out.elements();
        return out;
    }

    private Tensor rmsNorm(Operation.RmsNorm o) {
        Tensor out = workspace.take(o.x().shape());
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            ops.row().rmsNormInto(x, parameters.values(o.gamma(), variant, workspace), o.epsilon(), part);
        });
        flops += 4L * out.elements();
        return out;
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

    private Tensor groupNorm(Operation.GroupNorm o) {
        Tensor out = workspace.take(o.x().shape());
        ops.normalization().groupNormInto(o.x().tensor(), o.groups(), o.epsilon(), out, workspace);
        flops += 6L * out.elements();
        return out;
    }

    private Tensor standardize(Operation.Standardize o) {
        Tensor out = workspace.take(o.x().shape());
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            Tensor mean = parameters.values(o.mean(), variant, workspace);
            Tensor squares = parameters.values(o.variance(), variant, workspace);
            ops.normalization().standardizeInto(x, mean, squares, o.epsilon(), part);
        });
        flops += 2L * out.elements();
        return out;
    }

    private Tensor affine(Operation.Affine o) {
        Tensor out = workspace.take(o.x().shape());
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            Tensor gamma = parameters.values(o.gamma(), variant, workspace);
            ops.normalization().affineInto(x, gamma, parameters.values(o.beta(), variant, workspace), part);
        });
        flops += 2L * out.elements();
        return out;
    }

    private Tensor gelu(Activation x) {
        Tensor out = workspace.take(x.shape());
        ops.elementwise().geluInto(x.tensor(), out);
        flops += out.elements();
        return out;
    }

    private Tensor silu(Activation x) {
        Tensor out = workspace.take(x.shape());
        ops.elementwise().siluInto(x.tensor(), out);
        flops += out.elements();
        return out;
    }

    private Tensor relu(Activation x) {
        Tensor out = workspace.take(x.shape());
        ops.elementwise().reluInto(x.tensor(), out);
        flops += out.elements();
        return out;
    }

    private Tensor add(Activation a, Activation b) {
        Activation perturbed = a.perSample() || !b.perSample() ? a : b;
        Tensor out = workspace.take(perturbed.shape());
        if (a.perSample() == b.perSample()) {
            ops.elementwise().addInto(a.tensor(), b.tensor(), out);
        } else {
            Activation clean = a.perSample() ? b : a;
            ops.elementwise().addGatheredInto(perturbed.tensor(), clean.tensor(), exampleOfRow, out);
        }
        flops += out.elements();
        return out;
    }

    private Tensor scale(Activation x, float factor) {
        Tensor out = workspace.take(x.shape());
        ops.elementwise().scaleInto(factor, x.tensor(), out);
        flops += out.elements();
        return out;
    }

    private Tensor attention(Activation qkv, int heads) {
        Shape shape = qkv.shape();
        Tensor out = workspace.take(shape.withLast(shape.extent(-1) / 3));
        ops.attention().attentionInto(qkv.tensor(), heads, out, workspace);
        long tokens = shape.extent(1);
        flops += 4L * tokens * out.elements() + 5L * shape.extent(0) * heads * tokens * tokens;
        return out;
    }

    private Tensor maxPool(Activation x, Window window) {
        Tensor out = takePooled(x.shape(), window);
        ops.image().maxPoolInto(x.tensor(), window, out);
        return out;
    }

    private Tensor averagePool(Activation x, Window window) {
        Tensor out = takePooled(x.shape(), window);
        ops.image().averagePoolInto(x.tensor(), window, out);
        return out;
    }

    private Tensor takePooled(Shape in, Window window) {
        Tensor out = workspace.take(Shape.of(
                in.extent(0), window.outputHeight(in.extent(1)), window.outputWidth(in.extent(2)), in.extent(3)));
        flops += (long) out.elements() * window.kernelHeight() * window.kernelWidth();
        return out;
    }

    private Tensor embed(Operation.Embed o) {
        Shape shape = o.x().shape();
        Tensor out = workspace.take(Shape.of(shape.extent(0), shape.extent(1) + 1, shape.extent(2)));
        eachVariant(o.x().tensor(), out, (variant, x, part) -> {
            Tensor token = parameters.values(o.token(), variant, workspace);
            Embeddings.forward(ops, x, token, parameters.values(o.positions(), variant, workspace), part);
        });
        flops += out.elements();
        return out;
    }

    private Tensor broadcast(Activation x, Parameter value) {
        int[] extents = value.shape().stream().mapToInt(Integer::intValue).toArray();
        Tensor out = workspace.take(Shape.of(extents).withFirst(x.shape().extent(0)));
        eachVariant(
                x.tensor(),
                out,
                (variant, rows, part) -> Embeddings.broadcast(parameters.values(value, variant, workspace), part));
        return out;
    }

    private Tensor insert(Activation x, Activation y, int index) {
        Shape rows = x.perSample() || !y.perSample() ? x.shape() : y.shape();
        Shape one = x.shape();
        Tensor out = workspace.take(
                Shape.of(rows.extent(0), one.extent(1) + y.shape().extent(1), one.extent(2)));
        boolean mixed = x.perSample() != y.perSample();
        Embeddings.insert(
                x.tensor(),
                mixed && !x.perSample() ? exampleOfRow : null,
                y.tensor(),
                mixed && !y.perSample() ? exampleOfRow : null,
                index,
                out);
        return out;
    }

    private Tensor resize(Operation.Resize o) {
        Shape in = o.x().shape();
        Tensor out = workspace.take(Shape.of(in.extent(0), o.height(), o.width(), in.extent(3)));
        Bilinear.resize(o.x().tensor(), out);
        flops += 8L * out.elements();
        return out;
    }

    private Tensor token(Activation x, int index) {
        Shape shape = x.shape();
        Tensor out = workspace.take(Shape.of(shape.extent(0), shape.extent(2)));
        Embeddings.select(x.tensor(), index, out);
        return out;
    }
}
