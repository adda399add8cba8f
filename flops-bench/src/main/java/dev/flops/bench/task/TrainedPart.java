package dev.flops.bench.task;

import dev.flops.api.Parameters;
import dev.flops.models.adapter.Adapter;
import dev.flops.models.adapter.InputPrompt;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.adapter.VisualPrompt;
import dev.flops.tensor.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which parameters a task trains. */
public enum TrainedPart {
    /** Every parameter behind a perturbation site. */
    ALL,
    /**
     * Weights and biases of linear and convolution layers. Normalisations, class token and positions stay as they were
     * drawn and are reported as frozen: layer-wise, every site costs a query per sample, and these few parameters earn
     * the least with theirs.
     */
    MATRICES,
    /** The classification head alone, on a frozen random body: the control that shows what training the body adds. */
    HEAD,
    /** Low-rank adapters of linear layers, and the head. */
    LORA,
    /**
     * The outer matrices B of low-rank adapters, and the head; the inner ones stay as they were drawn (LoRA-FA; Zhang et
     * al. 2023, arXiv 2308.03303). Layer-wise, that halves the sites and with them the queries of a sample.
     */
    LORA_FA,
    /** Learned tokens of a vision transformer, and the head. */
    PROMPT,
    /** A learned picture that is added to every image, and the head. */
    INPUT_PROMPT;

    /**
     * Selects the trained parameters.
     *
     * @param network the network
     * @return a view of its parameters
     */
    public Parameters select(Network network) {
        Set<String> frozen = new HashSet<>(network.parametersWithoutSite());
        return network.parameters().select(name -> !frozen.contains(name) && includes(network, name));
    }

    private boolean includes(Network network, String name) {
        return switch (this) {
            case ALL -> true;
            case MATRICES -> {
                String weight = name.replaceFirst("\\.bias$", ".weight");
                yield network.matrices().stream()
                        .anyMatch(matrix -> matrix.weight().name().equals(weight));
            }
            case HEAD -> isHead(name);
            case LORA_FA -> isHead(name) || name.endsWith(".lora.b");
            case LORA, PROMPT, INPUT_PROMPT ->
                isHead(name) || adapter(AdapterOptions.DEFAULT).orElseThrow().owns(name);
        };
    }

    /**
     * What has to be attached to a network for this part to exist.
     *
     * @param options dimensions of adapters
     * @return the adapter; empty for parts that every network has
     */
    public Optional<Adapter> adapter(AdapterOptions options) {
        return switch (this) {
            case ALL, MATRICES, HEAD -> Optional.empty();
            case LORA, LORA_FA ->
                Optional.of(new LowRankAdapter(
                        options.rank(), options.alpha(), name -> !isHead(name + ".") && isAdapted(options, name)));
            case PROMPT -> Optional.of(new VisualPrompt(options.tokens()));
            case INPUT_PROMPT -> Optional.of(new InputPrompt(options.side()));
        };
    }

    private static boolean isAdapted(AdapterOptions options, String layer) {
        return options.layers().isEmpty() || options.layers().stream().anyMatch(layer::endsWith);
    }

    private static boolean isHead(String name) {
        return name.startsWith("head.") || name.startsWith("fc.");
    }

    /**
     * Dimensions of adapters.
     *
     * @param rank rank of low-rank adapters
     * @param alpha scale of low-rank adapters, times rank
     * @param layers endings of the names of the layers that low-rank adapters are attached to; none for all but the head
     * @param tokens learned tokens
     * @param side rows and columns of the learned picture before it is interpolated to the image
     */
    public record AdapterOptions(int rank, double alpha, List<String> layers, int tokens, int side) {
        /** Rank 4 and alpha 8 on all layers, eight tokens, a picture of 7 × 7. */
        public static final AdapterOptions DEFAULT = new AdapterOptions(4, 8, List.of(), 8, 7);

        /** Copies the list. */
        public AdapterOptions {
            layers = List.copyOf(layers);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
