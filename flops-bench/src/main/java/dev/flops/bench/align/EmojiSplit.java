package dev.flops.bench.align;

import dev.flops.api.RandomKey;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which emoji are learned from and which are held out: the {@value #HELD_OUT} whose random bits, under a fixed key and their index, are
 * smallest. Neither the image encoder nor the projector sees a held-out emoji.
 *
 * @param train indices of the emoji to learn from, ascending
 * @param heldOut indices of those held out, ascending
 */
public record EmojiSplit(List<Integer> train, List<Integer> heldOut) {
    /** Number of emoji held out. */
    public static final int HELD_OUT = 300;

    private static final long SEED = 20250;

    /** Copies the lists. */
    public EmojiSplit {
        train = List.copyOf(train);
        heldOut = List.copyOf(heldOut);
    }

    /**
     * The split of this project.
     *
     * @return the split
     */
    public static EmojiSplit standard() {
        RandomKey key = RandomKey.ofSeed(SEED).forPurpose(RandomKey.Purpose.SAMPLING);
        List<Integer> order = IntStream.range(0, Emoji.COUNT)
                .boxed()
                .sorted(Comparator.comparingDouble(emoji -> key.uniform(0, emoji)))
                .toList();
        return new EmojiSplit(
                order.subList(HELD_OUT, order.size()).stream().sorted().toList(),
                order.subList(0, HELD_OUT).stream().sorted().toList());
    }
}
