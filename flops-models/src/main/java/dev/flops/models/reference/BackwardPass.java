package dev.flops.models.reference;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.Operation;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks a tape from its end. The adjoint of an activation is the gradient of the loss with respect to it: the sum of what
 * the rules of all operations that read it contribute. Gradients of parameters are added to one vector.
 */
final class BackwardPass {
    private final TensorOps ops;
    private final Parameters parameters;
    private final Workspace workspace;
    private final float[] gradient;
    private final IdentityHashMap<Activation, Tensor> adjoints = new IdentityHashMap<>();

    BackwardPass(TensorOps ops, Parameters parameters, Workspace workspace, float[] gradient) {
        this.ops = ops;
        this.parameters = parameters;
        this.workspace = workspace;
        this.gradient = gradient;
    }

    /** Adds the gradient of all parameters, given ∂L/∂output. */
    void run(Tape tape, Activation output, Tensor adjoint) {
        IdentityHashMap<Activation, Boolean> computed = new IdentityHashMap<>();
        tape.entries().forEach(entry -> computed.put(entry.output(), true));
        adjoints.put(output, adjoint);
        for (Tape.Entry entry : tape.entries().reversed()) {
            Tensor dy = adjoints.remove(entry.output());
            if (dy == null) {
                continue; // Nothing that reaches the loss reads it.
            }
            Operation operation = entry.operation();
            // The examples themselves need no gradient.
            boolean wanted = computed.containsKey(operation.x());
            Tensor dx = rule(operation, dy, wanted);
            if (dx != null && wanted) {
                contribute(operation.x(), dx);
            }
            if (operation instanceof Operation.Add add && computed.containsKey(add.y())) {
                contribute(add.y(), dy);
            }
            if (operation instanceof Operation.Insert insert && computed.containsKey(insert.y())) {
                contribute(insert.y(), SequenceRules.inserted(this, insert, dy));
            }
        }
    }

    /** A sum goes to fresh memory: the same tensor may be the adjoint of several activations. */
    private void contribute(Activation x, Tensor dx) {
        Tensor before = adjoints.get(x);
        if (before == null) {
            adjoints.put(x, dx);
            return;
        }
        Tensor sum = workspace.take(before.shape());
        ops.elementwise().addInto(before, dx, sum);
        adjoints.put(x, sum);
    }

    /** The gradient of an operation's first input; null where it is not wanted. Parameters' gradients are added. */
    private @Nullable Tensor rule(Operation operation, Tensor dy, boolean wanted) {
        return switch (operation) {
            case Operation.Linear o -> LinearRule.apply(this, o, dy, wanted);
            case Operation.Convolution o -> ConvolutionRule.apply(this, o, dy, wanted);
            case Operation.LayerNorm o -> LayerNormRule.apply(this, o, dy);
            case Operation.RmsNorm o -> RmsNormRule.apply(this, o, dy);
            case Operation.GroupNorm o -> ChannelNormRules.group(this, o, dy);
            case Operation.Standardize o -> ChannelNormRules.standardize(this, o, dy);
            case Operation.Affine o -> ChannelNormRules.affine(this, o, dy);
            case Operation.Gelu o -> ElementwiseRules.gelu(this, o.x().tensor(), dy);
            case Operation.Silu o -> ElementwiseRules.silu(this, o.x().tensor(), dy);
            case Operation.Relu o -> ElementwiseRules.relu(this, o.x().tensor(), dy);
            case Operation.Add o -> dy;
            case Operation.Scale o -> ElementwiseRules.scale(this, o.factor(), dy);
            case Operation.Attention o -> AttentionRule.apply(this, o.x().tensor(), o.heads(), dy);
            case Operation.Reshape o -> dy.reshape(o.x().shape());
            case Operation.MaxPool o -> PoolingRules.max(this, o.x().tensor(), o.window(), dy);
            case Operation.AveragePool o -> PoolingRules.average(this, o.x().tensor(), o.window(), dy);
            case Operation.Embed o -> SequenceRules.embed(this, o, dy);
            case Operation.Broadcast o -> SequenceRules.broadcast(this, o, dy);
            case Operation.Insert o -> SequenceRules.around(this, o, dy);
            case Operation.Resize o -> ResizeRule.apply(this, o.x().tensor(), dy);
            case Operation.Token o -> SequenceRules.token(this, o, dy);
        };
    }

    TensorOps ops() {
        return ops;
    }

    Workspace workspace() {
        return workspace;
    }

    /** Memory with undefined contents, valid to the end of the pass. */
    Tensor take(int... extents) {
        return workspace.take(Shape.of(extents));
    }

    /** Memory of zeros. */
    Tensor takeZeros(Shape shape) {
        Tensor tensor = workspace.take(shape);
        java.util.Arrays.fill(tensor.array(), tensor.offset(), tensor.offset() + tensor.elements(), 0);
        return tensor;
    }

    /** The values of a parameter under another shape. */
    Tensor value(Parameter parameter, int... extents) {
        return Tensor.view(Shape.of(extents), parameters.values(), parameter.offset());
    }

    /** The gradient of a parameter under another shape, to be added to. */
    Tensor gradient(Parameter parameter, int... extents) {
        return Tensor.view(Shape.of(extents), gradient, parameter.offset());
    }
}
