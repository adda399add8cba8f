package dev.flops.bench.align;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the image encoder is pre-trained on: the words that at least two emoji to learn from share, among their tags, the words of
 * their names, their categories and subcategories. An emoji held out contributes no word.
 */
final class EmojiKeywords {
    private static final int LEAST_SHARED = 2;
    private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}\\p{N}]+");

    private final List<List<Integer>> ofEmoji;
    private final int size;

    private EmojiKeywords(List<List<Integer>> ofEmoji, int size) {
        this.ofEmoji = ofEmoji;
        this.size = size;
    }

    /** The keywords of a split; {@code emoji} in the order of the sheets. */
    static EmojiKeywords of(List<Emoji> emoji, EmojiSplit split) {
        List<Set<String>> words = emoji.stream().map(EmojiKeywords::words).toList();
        Map<String, Integer> counts = new TreeMap<>();
        split.train().forEach(i -> words.get(i).forEach(word -> counts.merge(word, 1, Integer::sum)));
        Map<String, Integer> index = new HashMap<>();
        counts.forEach((word, count) -> {
            if (count >= LEAST_SHARED) {
                index.put(word, index.size());
            }
        });
        List<List<Integer>> ofEmoji = new ArrayList<>();
        for (Set<String> own : words) {
            ofEmoji.add(own.stream().filter(index::containsKey).map(index::get).toList());
        }
        return new EmojiKeywords(ofEmoji, index.size());
    }

    private static Set<String> words(Emoji emoji) {
        Set<String> words = new TreeSet<>(emoji.tags());
        NO_LETTER
                .splitAsStream(emoji.label().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .forEach(words::add);
        words.add(emoji.group());
        words.add(emoji.subgroup());
        return words;
    }

    /** Number of keywords. */
    int size() {
        return size;
    }

    /** Keywords of an emoji, at least one of any emoji to learn from: the categories are shared. */
    List<Integer> of(int emoji) {
        return ofEmoji.get(emoji);
    }
}
