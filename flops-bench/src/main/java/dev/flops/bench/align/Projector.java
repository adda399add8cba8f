package dev.flops.bench.align;

import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.network.PackedParameters;
import java.util.List;

/** The linear layer between the encoders, and how it is judged. */
final class Projector {
    private static final int FIRST = 1;
    private static final int FEW = 10;

    private final AlignData data;
    private final Network network;
    private final Workers workers;
    private final PackedParameters packed;
    private final Workspace workspace = new Workspace();
    private final ForwardContext context;

    /** A projector with initial weights of a seed. */
    Projector(AlignData data, TensorOps ops, Workers workers, long seed) {
        this.data = data;
        this.workers = workers;
        int features = data.google().shape().extent(1);
        int outputs = data.targets().shape().extent(1);
        NetworkBuilder builder = new NetworkBuilder(seed);
        Linear linear = new Linear(builder, "projector", features, outputs, Initializer.fanIn(features));
        this.network = builder.build("projector", Shape.of(features), outputs, linear);
        this.packed = new PackedParameters(ops, network);
        this.context = ForwardContext.inference(ops, packed, workspace);
    }

    Network network() {
        return network;
    }

    /** Outputs (rows, outputs) for features (rows, features). */
    Tensor project(Tensor features) {
        packed.refresh(workers);
        long mark = workspace.mark();
        Tensor projected = context.run(network, features).tensor();
        Tensor copy = Tensor.of(projected.toArray(), projected.shape().toArray());
        workspace.release(mark);
        return copy;
    }

    /** Outputs for the held-out pictures of a style. */
    Tensor heldOut(Tensor style) {
        return project(AlignData.rows(style, data.split().heldOut()));
    }

    /** Share of held-out pictures whose own text is among the ten nearest. */
    double imageToText10() {
        return similarities(data.google()).imageToText(FEW);
    }

    RetrievalScores scores(Tensor style) {
        Similarities texts = similarities(style);
        Similarities categories = Similarities.of(heldOut(style), data.categoryTargets());
        int right = 0;
        List<Integer> heldOut = data.split().heldOut();
        for (int i = 0; i < heldOut.size(); i++) {
            right += categories.nearestTexts(i).getFirst() == data.category(heldOut.get(i)) ? 1 : 0;
        }
        return new RetrievalScores(
                texts.imageToText(FIRST),
                texts.imageToText(FEW),
                texts.textToImage(FIRST),
                texts.textToImage(FEW),
                (double) right / heldOut.size());
    }

    private Similarities similarities(Tensor style) {
        return Similarities.of(
                heldOut(style), AlignData.rows(data.targets(), data.split().heldOut()));
    }
}
