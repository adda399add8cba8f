package dev.flops.api;

/**
 * A counter-based random key: every random number of the framework is a pure function of a key and a counter.
 *
 * <p>The function is Threefry2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, <em>Parallel Random Numbers: As Easy as
 * 1, 2, 3</em>, SC 2011). For a fixed key it is a bijection of the 64-bit counter, so that {@link #fold} never maps
 * two different (high, low) pairs of one key to the same derived key.
 *
 * <p>The derivation used for perturbations is
 *
 * <pre>
 *   key     = ofSeed(seed).forPurpose(purpose).forExample(step, example)
 *   counter = (block number, site · 2²⁰ + sample)         see {@link NoiseAddress}
 * </pre>
 *
 * so that no two uses (seed, purpose, step, example, sample, site, element) collide. Keys are values: deriving one
 * changes nothing.
 *
 * @param word0 first key word
 * @param word1 second key word
 */
public record RandomKey(int word0, int word1) {
    private static final int PARITY = 0x1BD11BDA;

    /** What a stream of random numbers is for; streams of different purposes never overlap. */
    public enum Purpose {
        /** Initial values of the parameters. */
        INITIALIZATION(0),
        /** The order in which examples are visited. */
        SAMPLING(1),
        /** Perturbations of activations or parameters. */
        PERTURBATION(2),
        /** Draws of an allocator. */
        ALLOCATION(3),
        /** Perturbations of a pilot, which informs an allocator of the step's samples. */
        PILOT(4);

        private final int code;

        Purpose(int code) {
            this.code = code;
        }
    }

    /**
     * The root key of a run.
     *
     * @param seed any number
     * @return the key whose words are the low and the high half of {@code seed}
     */
    public static RandomKey ofSeed(long seed) {
        return new RandomKey((int) seed, (int) (seed >>> 32));
    }

    /**
     * Derives the key of one purpose.
     *
     * @param purpose what the numbers are for
     * @return a key independent of those of other purposes
     */
    public RandomKey forPurpose(Purpose purpose) {
        return fold(0x70757270, purpose.code);
    }

    /**
     * Derives the key of one step.
     *
     * @param step index of the training step, at least 0
     * @return the derived key
     */
    public RandomKey forStep(int step) {
        return fold(-1, requireIndex("step", step));
    }

    /**
     * Derives the key of one example in one step.
     *
     * @param step index of the training step, at least 0
     * @param example index of the example in its data set, at least 0
     * @return the derived key
     */
    public RandomKey forExample(int step, int example) {
        return ofWords(wordsForExample(step, example));
    }

    /**
     * The words of {@link #forExample}.
     *
     * @param step index of the training step, at least 0
     * @param example index of the example in its data set, at least 0
     * @return the words of the derived key
     */
    public long wordsForExample(int step, int example) {
        return bits(requireIndex("step", step), requireIndex("example", example));
    }

    /**
     * Derives the key of one perturbation site, for an estimator that perturbs each site on its own and addresses no sites within.
     *
     * @param site index of the site, at least 0
     * @return a key independent of those of other sites, steps and examples
     */
    public RandomKey forSite(int site) {
        return fold(-2, requireIndex("site", site));
    }

    /**
     * Derives a key from two words; distinct pairs give distinct keys.
     *
     * @param high first word of the counter
     * @param low second word of the counter
     * @return the derived key
     */
    public RandomKey fold(int high, int low) {
        return ofWords(bits(high, low));
    }

    /**
     * Sixty-four random bits: Threefry2x32-20 of this key at a counter.
     *
     * @param counter0 first counter word
     * @param counter1 second counter word
     * @return the first output word in the high half, the second in the low half
     */
    public long bits(int counter0, int counter1) {
        return threefry(word0, word1, counter0, counter1);
    }

    /**
     * Sixty-four random bits of the key with the given words.
     *
     * @param words both words of a key, as {@link #words} or {@link #bits(int, int)} return them
     * @param counter0 first counter word
     * @param counter1 second counter word
     * @return what {@link #bits(int, int)} of that key returns
     */
    public static long bits(long words, int counter0, int counter1) {
        return threefry((int) (words >>> 32), (int) words, counter0, counter1);
    }

    /**
     * The key with the given words.
     *
     * @param words both words of a key, as {@link #words} or {@link #bits(int, int)} return them
     * @return the key
     */
    public static RandomKey ofWords(long words) {
        return new RandomKey((int) (words >>> 32), (int) words);
    }

    /**
     * Both words as one number, which stands for the key where many are derived and none is kept: the words of
     * {@link #fold fold(high, low)} are {@link #bits(int, int) bits(high, low)}.
     *
     * @return the first word in the high half, the second in the low half
     */
    public long words() {
        return ((long) word0 << 32) | (word1 & 0xFFFFFFFFL);
    }

    private static long threefry(int word0, int word1, int counter0, int counter1) {
        int key2 = PARITY ^ word0 ^ word1;
        int x0 = counter0 + word0;
        int x1 = counter1 + word1;
        for (int group = 0; group < 5; group++) {
            // Rounds 0-3, 8-11, 16-19 rotate by 13, 15, 26, 6; rounds 4-7 and 12-15 by 17, 29, 16, 24.
            boolean even = (group & 1) == 0;
            x0 += x1;
            x1 = Integer.rotateLeft(x1, even ? 13 : 17) ^ x0;
            x0 += x1;
            x1 = Integer.rotateLeft(x1, even ? 15 : 29) ^ x0;
            x0 += x1;
            x1 = Integer.rotateLeft(x1, even ? 26 : 16) ^ x0;
            x0 += x1;
            x1 = Integer.rotateLeft(x1, even ? 6 : 24) ^ x0;
            x0 += scheduledKey(group + 1, word0, word1, key2);
            x1 += scheduledKey(group + 2, word0, word1, key2) + group + 1;
        }
        return ((long) x0 << 32) | (x1 & 0xFFFFFFFFL);
    }

    /**
     * A uniform number in [0, 1) with 53 random bits.
     *
     * @param counter0 first counter word
     * @param counter1 second counter word
     * @return the number
     */
    public double uniform(int counter0, int counter1) {
        return fraction(bits(counter0, counter1));
    }

    /**
     * A uniform number in [0, 1) of the key with the given words.
     *
     * @param words both words of a key, as {@link #words} or {@link #bits(int, int)} return them
     * @param counter0 first counter word
     * @param counter1 second counter word
     * @return what {@link #uniform(int, int)} of that key returns
     */
    public static double uniform(long words, int counter0, int counter1) {
        return fraction(bits(words, counter0, counter1));
    }

    private static double fraction(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    private static int scheduledKey(int index, int word0, int word1, int key2) {
        return switch (index % 3) {
            case 0 -> word0;
            case 1 -> word1;
            default -> key2;
        };
    }

    private static int requireIndex(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 0");
        }
        return value;
    }
}
