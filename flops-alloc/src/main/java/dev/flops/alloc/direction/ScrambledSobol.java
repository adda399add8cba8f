package dev.flops.alloc.direction;

import dev.flops.api.RandomKey;

/**
 * The first 2^m points of a Sobol sequence under nested uniform scrambling (Owen 1995): in each dimension, whether bit j of
 * a coordinate is flipped is a random bit that depends on the bits before it. The scrambled set is again a digital net, and
 * each of its points alone is uniform.
 *
 * <p>The 2^m coordinates of one dimension differ in their first m bits, so that all bits behind are independent and uniform:
 * they are drawn at once. A random bit is addressed by the dimension and the node of the binary tree of prefixes,
 * 2^j + prefix.
 */
final class ScrambledSobol {
    private static final int BITS = SobolNumbers.BITS;

    private final int[][] numbers;
    private final int logSize;

    ScrambledSobol(int dimensions, int logSize) {
        this.numbers = SobolNumbers.of(dimensions);
        this.logSize = logSize;
    }

    /** Coordinate of a point without scrambling, as a fraction of 2³². */
    int plain(int dimension, int point) {
        int x = 0;
        for (int b = 0; b < logSize; b++) {
            if ((point >> b & 1) == 1) {
                x ^= numbers[dimension][b];
            }
        }
        return x;
    }

    /** The same, scrambled under a key. */
    int scrambled(RandomKey key, int dimension, int point) {
        int x = plain(dimension, point);
        int flips = 0;
        for (int j = 0; j < logSize; j++) {
            int prefix = j == 0 ? 0 : x >>> (BITS - j);
            int bit = (int) (key.bits(dimension, (1 << j) + prefix) >>> 63);
            flips |= bit << (BITS - 1 - j);
        }
        int prefix = logSize == 0 ? 0 : x >>> (BITS - logSize);
        int rest = (int) key.bits(dimension, (1 << logSize) + prefix) >>> logSize;
        return x ^ flips ^ rest;
    }
}
