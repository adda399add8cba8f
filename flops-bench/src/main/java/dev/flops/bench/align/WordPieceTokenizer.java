package dev.flops.bench.align;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lower-casing tokenizer of BERT: text without accents and controls is cut at white space, around punctuation and
 * around ideographs; a word is cut into the longest pieces of the vocabulary from its beginning on, pieces after the first marked
 * with {@code ##}. A word that cannot be cut, or is longer than {@value #LONGEST_WORD} characters, is {@code [UNK]}.
 *
 * <p>References: Devlin et al., <em>BERT</em>, NAACL 2019; Wu et al., <em>Google's Neural Machine Translation System</em>,
 * arXiv:1609.08144, 2016.
 */
public final class WordPieceTokenizer {
    private static final int LONGEST_WORD = 100;
    private static final String CONTINUED = "##";
    private static final int REPLACEMENT = 0xFFFD;
    private static final Pattern SPACES = Pattern.compile(" +");

    /** The blocks that BERT names; kana and Hangul are words like those of other alphabets. */
    private static final int[][] IDEOGRAPHS = {
        {0x3400, 0x4DBF},
        {0x4E00, 0x9FFF},
        {0xF900, 0xFAFF},
        {0x20000, 0x2A6DF},
        {0x2A700, 0x2CEAF},
        {0x2F800, 0x2FA1F}
    };

    /** Symbols such as $ and ^ count, too. */
    private static final int[][] ASCII_PUNCTUATION = {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};

    private final Map<String, Integer> vocabulary;
    private final int longest;
    private final int begin;
    private final int end;
    private final int unknown;

    /**
     * A tokenizer.
     *
     * @param vocabulary id of each piece, with {@code [CLS]}, {@code [SEP]} and {@code [UNK]}
     * @param longest most ids of a text, at least 2; what is beyond is cut off
     */
    public WordPieceTokenizer(Map<String, Integer> vocabulary, int longest) {
        if (longest < 2) {
            throw new IllegalArgumentException("longest = " + longest + ", expected >= 2: [CLS] and [SEP]");
        }
        this.vocabulary = Map.copyOf(vocabulary);
        this.longest = longest;
        this.begin = special("[CLS]");
        this.end = special("[SEP]");
        this.unknown = special("[UNK]");
    }

    private int special(String piece) {
        Integer id = vocabulary.get(piece);
        if (id == null) {
            throw new IllegalArgumentException("vocabulary has no " + piece);
        }
        return id;
    }

    /**
     * The ids of a text.
     *
     * @param text any text
     * @return {@code [CLS]}, its pieces, {@code [SEP]}
     */
    public long[] encode(String text) {
        List<Integer> ids = new ArrayList<>(List.of(begin));
        SPACES.splitAsStream(spaced(text)).filter(word -> !word.isEmpty()).forEach(word -> cut(word, ids));
        List<Integer> kept = new ArrayList<>(ids.subList(0, Math.min(ids.size(), longest - 1)));
        kept.add(end);
        return kept.stream().mapToLong(Integer::longValue).toArray();
    }

    /** The text in lower case without accents and controls, with spaces around what is a word of its own. */
    private static String spaced(String text) {
        StringBuilder cleaned = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isSpace(point)) {
                cleaned.append(' ');
            } else if (isIdeograph(point)) {
                cleaned.append(' ').appendCodePoint(point).append(' ');
            } else if (!isControl(point)) {
                cleaned.appendCodePoint(point);
            }
        });
        String decomposed = Normalizer.normalize(cleaned, Normalizer.Form.NFD);
        StringBuilder plain = new StringBuilder();
        decomposed
                .codePoints()
                .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
                .forEach(plain::appendCodePoint);
        StringBuilder spaced = new StringBuilder();
        plain.toString().toLowerCase(Locale.ROOT).codePoints().forEach(point -> {
            if (isPunctuation(point)) {
                spaced.append(' ').appendCodePoint(point).append(' ');
            } else {
                spaced.appendCodePoint(point);
            }
        });
        return spaced.toString();
    }

    private static boolean isSpace(int point) {
        return point == '\t' || point == '\n' || point == '\r' || Character.isSpaceChar(point);
    }

    private static boolean isControl(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE -> true;
            default -> point == REPLACEMENT;
        };
    }

    private static boolean isIdeograph(int point) {
        return within(IDEOGRAPHS, point);
    }

    private static boolean isPunctuation(int point) {
        return within(ASCII_PUNCTUATION, point)
                || switch (Character.getType(point)) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION -> true;
                    default -> false;
                };
    }

    private static boolean within(int[][] ranges, int point) {
        return Arrays.stream(ranges).anyMatch(range -> range[0] <= point && point <= range[1]);
    }

    private void cut(String word, List<Integer> ids) {
        int[] points = word.codePoints().toArray();
        List<Integer> pieces = new ArrayList<>();
        int from = 0;
        while (from < points.length && points.length <= LONGEST_WORD) {
            int to = points.length;
            Integer id = piece(points, from, to);
            while (id == null && to > from + 1) {
                to--;
                id = piece(points, from, to);
            }
            if (id == null) {
                break;
            }
            pieces.add(id);
            from = to;
        }
        ids.addAll(from == points.length ? pieces : List.of(unknown));
    }

    private @Nullable Integer piece(int[] points, int from, int to) {
        String piece = new String(points, from, to - from);
        return vocabulary.get(from == 0 ? piece : CONTINUED + piece);
    }
}
