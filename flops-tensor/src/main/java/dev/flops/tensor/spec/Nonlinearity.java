package dev.flops.tensor.spec;

/** A function of single numbers that a product may apply to its result before it is written. */
public enum Nonlinearity {
    /** x itself. */
    IDENTITY,
    /** max(x, 0). */
    RELU,
    /** x Φ(x), the Gaussian error linear unit (Hendrycks and Gimpel 2016), exact (erf) form. */
    GELU,
    /** x / (1 + e⁻ˣ), the sigmoid linear unit (Hendrycks and Gimpel 2016). */
    SILU
}
