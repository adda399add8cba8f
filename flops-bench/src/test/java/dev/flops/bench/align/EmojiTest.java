package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class EmojiTest {
    /** As the split came out when it was made: a change of it would let the encoder have seen what is held out. */
    private static final Integer[] HELD_OUT = {7, 15, 16, 18};

    @Test
    void theTableHoldsWhatTheSheetsShow() {
        List<Emoji> emoji = Emoji.readAll();
        assertThat(emoji).hasSize(Emoji.COUNT);
        assertThat(emoji.stream().map(Emoji::group).distinct()).hasSize(8);
        assertThat(emoji.stream().map(Emoji::subgroup).distinct()).hasSize(95);
        assertThat(emoji).extracting(Emoji::hexcode).doesNotHaveDuplicates();
        Emoji pizza = emoji.stream()
                .filter(e -> e.label().equals("pizza"))
                .findFirst()
                .orElseThrow();
        assertThat(pizza.hexcode()).isEqualTo("1F355");
        assertThat(pizza.text()).startsWith("pizza, ").contains("cheese");
    }

    /** A red and a blue circle are where the table says, in both styles. */
    @Test
    void picturesAreWhereTheTableSays() {
        List<String> labels = Emoji.readAll().stream().map(Emoji::label).toList();
        for (EmojiSheet.Style style : EmojiSheet.Style.values()) {
            EmojiSheet sheet = EmojiSheet.read(style);
            float[] red = centre(sheet, labels.indexOf("red circle"));
            float[] blue = centre(sheet, labels.indexOf("blue circle"));
            assertThat(red[0]).as("red of the red circle, %s", style).isGreaterThan(red[2] + 0.5f);
            assertThat(blue[2]).as("blue of the blue circle, %s", style).isGreaterThan(blue[0] + 0.5f);
        }
    }

    private static float[] centre(EmojiSheet sheet, int emoji) {
        float[] picture = new float[EmojiSheet.LENGTH];
        sheet.readInto(emoji, picture, 0);
        int middle = (EmojiSheet.SIDE / 2 * EmojiSheet.SIDE + EmojiSheet.SIDE / 2) * EmojiSheet.CHANNELS;
        return new float[] {picture[middle], picture[middle + 1], picture[middle + 2]};
    }

    @Test
    void licencesStandBesideTheData() throws IOException {
        for (String name : List.of("LICENSE.noto-emoji", "LICENSE.twemoji", "LICENSE.emojibase", "README.md")) {
            try (var in = Emoji.class.getResourceAsStream("emoji/" + name)) {
                assertThat(in).as(name).isNotNull();
                assertThat(in.readAllBytes()).as(name).hasSizeGreaterThan(300);
            }
        }
    }

    @Test
    void theSplitIsFixedAndDisjoint() {
        EmojiSplit split = EmojiSplit.standard();
        assertThat(split.heldOut()).hasSize(EmojiSplit.HELD_OUT).isSorted();
        assertThat(split.heldOut().subList(0, 4)).containsExactly(HELD_OUT);
        TreeSet<Integer> all = new TreeSet<>(split.train());
        all.addAll(split.heldOut());
        assertThat(all).hasSize(Emoji.COUNT);
        assertThat(split.train()).hasSize(Emoji.COUNT - EmojiSplit.HELD_OUT);
    }

    @Test
    void keywordsComeFromTheEmojiToLearnFromAlone() {
        List<Emoji> emoji = Stream.of("a", "a", "b", "b")
                .map(tag -> new Emoji("0", "x" + tag, List.of(tag), "g", "s"))
                .toList();
        EmojiKeywords keywords = EmojiKeywords.of(emoji, new EmojiSplit(List.of(0, 1, 2), List.of(3)));
        assertThat(keywords.size())
                .as("a, xa, g, s: b is shared with one held out only")
                .isEqualTo(4);
        assertThat(keywords.of(0)).hasSize(4);
        assertThat(keywords.of(2)).hasSize(2);
        assertThat(keywords.of(3)).isEqualTo(keywords.of(2));
    }

    @Test
    void variationsAreFunctionsOfTheSeed() {
        KeywordPictures pictures = KeywordPictures.train(2, 5);
        KeywordPictures same = KeywordPictures.train(2, 5);
        KeywordPictures other = KeywordPictures.train(2, 6);
        assertThat(pictures.size()).isEqualTo(2 * (Emoji.COUNT - EmojiSplit.HELD_OUT));
        int second = pictures.size() / 2;
        assertThat(picture(pictures, 7)).containsExactly(picture(same, 7));
        assertThat(picture(pictures, 7)).isNotEqualTo(picture(other, 7)).isNotEqualTo(picture(pictures, second + 7));
        for (int example : new int[] {0, 7, second, second + 7}) {
            float[] shares = new float[pictures.classes()];
            pictures.sharesInto(example, shares);
            float sum = 0;
            for (float share : shares) {
                sum += share;
            }
            assertThat(sum).isBetween(0.999f, 1.001f);
            assertThat(shares[pictures.label(example)]).isPositive();
            for (float value : picture(pictures, example)) {
                assertThat(value).isBetween(-1f, 1f);
            }
        }
        assertThatThrownBy(() -> KeywordPictures.train(0, 1)).hasMessageContaining("variations = 0");
    }

    private static float[] picture(KeywordPictures pictures, int example) {
        float[] out = new float[EmojiSheet.LENGTH];
        pictures.readInto(example, out, 0);
        return out;
    }
}
