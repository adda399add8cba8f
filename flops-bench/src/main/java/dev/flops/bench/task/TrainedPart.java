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
        return network.parameters()
                .select(name -> !frozen.contains(name) && (this == ALL || name.startsWith(HEAD_PREFIX)));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
