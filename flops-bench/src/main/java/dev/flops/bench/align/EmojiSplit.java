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
        List<Integer> order = order();
        return of(order.subList(HELD_OUT, order.size()), order.subList(0, HELD_OUT));
    }

    /**
     * A split for choosing settings: those held out by {@link #standard} are in neither part.
     *
     * @return the split; {@value #HELD_OUT} others are held out
     */
    public static EmojiSplit validation() {
        List<Integer> order = order();
        return of(order.subList(2 * HELD_OUT, order.size()), order.subList(HELD_OUT, 2 * HELD_OUT));
    }

    private static List<Integer> order() {
        RandomKey key = RandomKey.ofSeed(SEED).forPurpose(RandomKey.Purpose.SAMPLING);
        return IntStream.range(0, Emoji.COUNT)
                .boxed()
                .sorted(Comparator.comparingDouble(emoji -> key.uniform(0, emoji)))
                .toList();
    }

    private static EmojiSplit of(List<Integer> train, List<Integer> heldOut) {
        return new EmojiSplit(
                train.stream().sorted().toList(), heldOut.stream().sorted().toList());
    }
}
