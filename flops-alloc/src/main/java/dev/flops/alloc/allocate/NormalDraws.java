package dev.flops.alloc.allocate;

import dev.flops.alloc.internal.elementary.CircularFunctions;
import dev.flops.api.RandomKey;

/**
 * Standard normal numbers in double, by the method of Box and Muller (1958): a pair (2p, 2p + 1) is a function of the key and p.
 */
final class NormalDraws {
    private NormalDraws() {}

    /**
     * Draws.
     *
     * @param words the words of the key
     * @param out modified: number i is a function of the words and i alone
     */
    static void fill(long words, double[] out) {
        for (int i = 0; i < out.length; i += 2) {
            // 1 − u lies in (0, 1].
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - RandomKey.uniform(words, i / 2, 0)));
            double angle = 2 * StrictMath.PI * RandomKey.uniform(words, i / 2, 1);
            out[i] = radius * CircularFunctions.cos(angle);
            if (i + 1 < out.length) {
                out[i + 1] = radius * CircularFunctions.sin(angle);
            }
        }
    }
}
