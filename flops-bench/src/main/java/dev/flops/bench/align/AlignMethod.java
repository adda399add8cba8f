package dev.flops.bench.align;

/** How a projector is trained. */
public sealed interface AlignMethod permits AlignConfig, AlignRival {
    /**
     * Seed of everything random.
     *
     * @return the seed
     */
    long seed();

    /**
     * The same with another seed.
     *
     * @param other the seed
     * @return a copy
     */
    AlignMethod withSeed(long other);

    /**
     * The settings in words, the seed apart.
     *
     * @return one line
     */
    String settings();
}
