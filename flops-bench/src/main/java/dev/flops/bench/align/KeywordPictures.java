package dev.flops.bench.align;

import dev.flops.api.RandomKey;
import dev.flops.models.data.SoftLabelledExamples;
import java.util.List;

/**
 * Pictures of emoji, each under several random variations; an emoji belongs to its keywords by equal shares, and its label is one of
 * them, drawn for each variation. Example v · emoji + i is variation v of emoji i.
 *
 * <p>A variation mirrors half of the pictures, shifts each by up to {@value #SHIFT} pixels both ways, and scales the distance of each
 * channel from white by a factor in [1 − {@value #COLOUR}, 1 + {@value #COLOUR}). Variations are functions of (seed, v, i).
 */
public final class KeywordPictures implements SoftLabelledExamples {
    private static final int SHIFT = 3;
    private static final double COLOUR = 0.3;
    private static final int STREAM = 0x656D6F6A;

    private final List<Integer> emoji;
    private final int variations;
    private final EmojiKeywords keywords;
    private final float[] pictures;
    private final RandomKey key;

    private KeywordPictures(
            List<Integer> emoji, int variations, EmojiKeywords keywords, EmojiSheet sheet, RandomKey key) {
        this.emoji = emoji.stream().filter(i -> !keywords.of(i).isEmpty()).toList();
        this.variations = variations;
        this.keywords = keywords;
        this.pictures = new float[this.emoji.size() * EmojiSheet.LENGTH];
        this.key = key;
        for (int i = 0; i < this.emoji.size(); i++) {
            sheet.readInto(this.emoji.get(i), pictures, i * EmojiSheet.LENGTH);
        }
    }

    /**
     * Pictures of Google's style to learn from.
     *
     * @param variations of each emoji, at least 1
     * @param seed seed of the variations
     * @return the examples
     */
    public static KeywordPictures train(int variations, long seed) {
        EmojiSplit split = EmojiSplit.standard();
        return of(split.train(), variations, split, seed);
    }

    /**
     * Pictures of Google's style that are held out and have a keyword of those to learn from, varied once each.
     *
     * @param seed seed of the variations
     * @return the examples
     */
    public static KeywordPictures heldOut(long seed) {
        EmojiSplit split = EmojiSplit.standard();
        return of(split.heldOut(), 1, split, seed);
    }

    private static KeywordPictures of(List<Integer> emoji, int variations, EmojiSplit split, long seed) {
        if (variations < 1) {
            throw new IllegalArgumentException("variations = " + variations + ", expected >= 1");
        }
        return new KeywordPictures(
                emoji,
                variations,
                EmojiKeywords.of(Emoji.readAll(), split),
                EmojiSheet.read(EmojiSheet.Style.GOOGLE),
                RandomKey.ofSeed(seed).fold(STREAM, 0));
    }

    @Override
    public int size() {
        return Math.multiplyExact(emoji.size(), variations);
    }

    @Override
    public int[] exampleShape() {
        return new int[] {EmojiSheet.SIDE, EmojiSheet.SIDE, EmojiSheet.CHANNELS};
    }

    @Override
    public int classes() {
        return keywords.size();
    }

    @Override
    public int label(int example) {
        List<Integer> own = keywords.of(emoji.get(example % emoji.size()));
        return own.get((int) (uniform(example, 0) * own.size()));
    }

    @Override
    public void sharesInto(int example, float[] shares) {
        List<Integer> own = keywords.of(emoji.get(example % emoji.size()));
        own.forEach(keyword -> shares[keyword] = 1f / own.size());
    }

    private double uniform(int example, int what) {
        return key.forExample(example / emoji.size(), emoji.get(example % emoji.size()))
                .uniform(0, what);
    }

    @Override
    public void readInto(int example, float[] out, int offset) {
        int from = example % emoji.size() * EmojiSheet.LENGTH;
        boolean mirrored = uniform(example, 1) < 0.5;
        int down = (int) (uniform(example, 2) * (2 * SHIFT + 1)) - SHIFT;
        int right = (int) (uniform(example, 3) * (2 * SHIFT + 1)) - SHIFT;
        for (int channel = 0; channel < EmojiSheet.CHANNELS; channel++) {
            float ink = (float) (1 + COLOUR * (2 * uniform(example, 4 + channel) - 1));
            for (int y = 0; y < EmojiSheet.SIDE; y++) {
                for (int x = 0; x < EmojiSheet.SIDE; x++) {
                    float value = EmojiSheet.shifted(pictures, from, y - down, x - right, channel, mirrored);
                    out[offset + (y * EmojiSheet.SIDE + x) * EmojiSheet.CHANNELS + channel] =
                            Math.max(-1, 1 - ink * (1 - value));
                }
            }
        }
    }
}
