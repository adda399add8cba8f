package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids as the reference tokenizer of BERT gives them for the vocabulary that the library holds. */
final class WordPieceTokenizerTest {
    private static long[] ids(String spaced) {
        return java.util.Arrays.stream(spaced.split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'Hello, World!'; 101 7592 1010 2088 999 102",
                "unaffable; 101 14477 20961 3468 102",
                "'naïve café'; 101 15743 7668 102",
                "'  tab\tand\nline  '; 101 21628 1998 2240 102",
                "'日本'; 101 1864 1876 102",
                "'1.5$'; 101 1015 1012 1019 1002 102",
                "''; 101 102"
            })
    void textsHaveTheIdsOfTheReference(String text, String expected) throws IOException {
        assertThat(MiniLm.tokenizer().encode(text)).containsExactly(ids(expected));
    }

    @Test
    void theLongestPieceIsTakenFirstAndWhatCannotBeCutIsUnknown() {
        WordPieceTokenizer tokenizer = new WordPieceTokenizer(
                Map.of("[CLS]", 1, "[SEP]", 2, "[UNK]", 3, "ab", 4, "abc", 5, "##d", 6, "##cd", 7), 6);
        assertThat(tokenizer.encode("abcd")).containsExactly(1, 5, 6, 2);
        assertThat(tokenizer.encode("abcde ab")).containsExactly(1, 3, 4, 2);
        assertThat(tokenizer.encode("ABCD ab")).containsExactly(1, 5, 6, 4, 2);
        assertThat(tokenizer.encode("ab ab ab ab ab ab")).as("cut off").containsExactly(1, 4, 4, 4, 4, 2);
        String long101 = "a".repeat(101);
        assertThat(tokenizer.encode(long101)).containsExactly(1, 3, 2);
        assertThat(tokenizer.encode("a\u0000b a\u200Db")).as("controls vanish").containsExactly(1, 4, 4, 2);
        assertThat(IntStream.range(0, 3).mapToObj(i -> tokenizer.encode("ab")))
                .allSatisfy(found -> assertThat(found).containsExactly(1, 4, 2));
    }

    @Test
    void argumentsAreChecked() {
        assertThatThrownBy(() -> new WordPieceTokenizer(Map.of("[CLS]", 1, "[SEP]", 2), 5))
                .hasMessage("vocabulary has no [UNK]");
        assertThatThrownBy(() -> new WordPieceTokenizer(Map.of(), 1)).hasMessageContaining("longest = 1");
    }
}
