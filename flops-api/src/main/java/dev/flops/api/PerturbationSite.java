package dev.flops.api;

/**
 * A named place in a model where activations can be perturbed: a ↦ a + σ ε.
 *
 * @param name stable name, such as {@code encoder.0.mlp.fc1}
 * @param index position among the sites of the model, from 0; the {@code site} of a {@link NoiseAddress}
 */
public record PerturbationSite(String name, int index) {
    /** Checks the index. */
    public PerturbationSite {
        if (index < 0 || index >= NoiseAddress.MAX_SITES) {
            throw new IllegalArgumentException(
                    "index = " + index + " of site " + name + ", expected 0 <= index < " + NoiseAddress.MAX_SITES);
        }
    }
}
