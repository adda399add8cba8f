package dev.flops.bench.task;

import dev.flops.api.Parameters;
import dev.flops.tensor.network.Network;
import java.util.HashSet;
import java.util.Locale;
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
    HEAD;

    private static final String HEAD_PREFIX = "head.";

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
            case HEAD -> name.startsWith(HEAD_PREFIX);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
