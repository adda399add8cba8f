package dev.flops.api;

/**
 * Where the noise of one sample at one site begins: the stream of unit noise ε that element index e (row-major in the
 * perturbed tensor) addresses at will, in any order, from any thread.
 *
 * <p>Elements come in groups of 32. Element e of group q = ⌊e/32⌋ with r = e mod 32 belongs to the Threefry block with
 * counter (16 q + (r mod 16), site · 2²⁰ + sample); its words are (x₀, x₁).
 *
 * <ul>
 *   <li>Gaussian (Box and Muller 1958): u = fma(float(x₀ ≫ 1), 2⁻³¹, 2⁻³²), ρ = √(−2 ln u), angle π·v with
 *       v = float(x₁) · 2⁻³¹ (x₁ signed); ε = ρ cos(πv) if r &lt; 16, else ρ sin(πv). |ε| ≤ √(64 ln 2) ≈ 6.66.
 *   <li>Rademacher: the sign bit of x₀ if r &lt; 16, else of x₁; a set bit gives −1, a clear one +1.
 * </ul>
 *
 * @param key key of (seed, purpose, step, example)
 * @param site index of the perturbation site, 0 ≤ site &lt; {@value #MAX_SITES}
 * @param sample index of the sample (for an antithetic pair: of the pair), 0 ≤ sample &lt; {@value #MAX_SAMPLES}
 */
public record NoiseAddress(RandomKey key, int site, int sample) {
    /** Number of sites that a key can address. */
    public static final int MAX_SITES = 1 << 12;

    /** Number of samples per example, step and site that a key can address. */
    public static final int MAX_SAMPLES = 1 << 20;

    /** Checks the ranges. */
    public NoiseAddress {
        requireRange(site, sample);
    }

    /**
     * The address with a given counter.
     *
     * @param key key of (seed, purpose, step, example)
     * @param counter1 site · 2²⁰ + sample
     * @return the address of that site and sample
     */
    public static NoiseAddress of(RandomKey key, int counter1) {
        return new NoiseAddress(key, counter1 >>> 20, counter1 & (MAX_SAMPLES - 1));
    }

    /**
     * The second counter word of an address, for those who need no object: key and counter are all that noise depends on.
     *
     * @param site index of the perturbation site, 0 ≤ site &lt; {@value #MAX_SITES}
     * @param sample index of the sample, 0 ≤ sample &lt; {@value #MAX_SAMPLES}
     * @return site · 2²⁰ + sample
     */
    public static int counter1(int site, int sample) {
        requireRange(site, sample);
        return site << 20 | sample;
    }

    private static void requireRange(int site, int sample) {
        if (site < 0 || site >= MAX_SITES) {
            throw new IllegalArgumentException("site = " + site + ", expected 0 <= site < " + MAX_SITES);
        }
        if (sample < 0 || sample >= MAX_SAMPLES) {
            throw new IllegalArgumentException("sample = " + sample + ", expected 0 <= sample < " + MAX_SAMPLES);
        }
    }

    /**
     * The second counter word.
     *
     * @return site · 2²⁰ + sample
     */
    public int counter1() {
        return site << 20 | sample;
    }
}
