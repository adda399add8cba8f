package dev.flops.alloc.estimate;

import java.util.Arrays;

/** Chunks of consecutive samples, each of one block of examples at one site; the memory of a list that is cleared is used again. */
final class SampleChunks {
    private int[] site = new int[0];
    private int[] block = new int[0];
    private int[] from = new int[0];
    private int[] to = new int[0];
    private int count;

    void clear() {
        count = 0;
    }

    /** Adds samples {@code first} to {@code end}, exclusive, of a plan. */
    void add(int atSite, int ofBlock, int first, int end) {
        if (count == site.length) {
            int room = Math.max(16, 2 * count);
            site = Arrays.copyOf(site, room);
            block = Arrays.copyOf(block, room);
            from = Arrays.copyOf(from, room);
            to = Arrays.copyOf(to, room);
        }
        site[count] = atSite;
        block[count] = ofBlock;
        from[count] = first;
        to[count] = end;
        count++;
    }

    int count() {
        return count;
    }

    int site(int chunk) {
        return site[chunk];
    }

    int block(int chunk) {
        return block[chunk];
    }

    /** The first sample. */
    int from(int chunk) {
        return from[chunk];
    }

    int samples(int chunk) {
        return to[chunk] - from[chunk];
    }
}
