package dev.flops.tensor.network;

import dev.flops.tensor.Shape;
import dev.flops.tensor.spec.Window;

/** Shapes of the outputs of operations. */
final class OutputShapes {
    private OutputShapes() {}

    static Shape of(Operation operation) {
        Shape in = operation.x().shape();
        return switch (operation) {
            case Operation.Linear o -> in.withLast(o.weight().shape().getFirst());
            case Operation.Convolution o ->
                windowed(in, o.window(), o.weight().shape().getFirst());
            case Operation.LayerNorm _,
                    Operation.RmsNorm _,
                    Operation.GroupNorm _,
                    Operation.Standardize _,
                    Operation.Affine _,
                    Operation.Gelu _,
                    Operation.Silu _,
                    Operation.Relu _,
                    Operation.Scale _ -> in;
            case Operation.Add o -> in.withFirst(rows(o));
            case Operation.Attention _ -> in.withLast(in.extent(-1) / 3);
            case Operation.Reshape o -> o.shape();
            case Operation.MaxPool o -> windowed(in, o.window(), in.extent(3));
            case Operation.AveragePool o -> windowed(in, o.window(), in.extent(3));
            case Operation.Embed _ -> Shape.of(in.extent(0), in.extent(1) + 1, in.extent(2));
            case Operation.Broadcast o -> Shape.of(o.value().shape()).withFirst(in.extent(0));
            case Operation.Insert o ->
                Shape.of(rows(o), in.extent(1) + o.y().shape().extent(1), in.extent(2));
            case Operation.Resize o -> Shape.of(in.extent(0), o.height(), o.width(), in.extent(3));
            case Operation.Token _ -> Shape.of(in.extent(0), in.extent(2));
        };
    }

    /** First extent of an operation's output: samples, if an input has rows of samples, else examples. */
    static int rows(Operation operation) {
        Activation x = operation.x();
        Activation y = operation.y();
        return (y == null || x.perSample() || !y.perSample() ? x : y).shape().extent(0);
    }

    private static Shape windowed(Shape in, Window window, int channels) {
        int height = window.outputHeight(in.extent(1));
        int width = window.outputWidth(in.extent(2));
        return Shape.of(in.extent(0), height, width, channels);
    }
}
