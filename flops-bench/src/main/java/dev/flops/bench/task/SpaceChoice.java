package dev.flops.bench.task;

import java.util.Locale;

/** What the sites of a network perturb. */
public enum SpaceChoice {
    /** Activations, everywhere. */
    ACTIVATIONS,
    /** Activations or weights, as each site chooses by pilots. */
    MEASURED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
