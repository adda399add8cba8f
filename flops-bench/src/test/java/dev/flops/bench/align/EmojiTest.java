package dev.flops.bench.align;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
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
    void settingsAreChosenWithoutTheHeldOut() {
        EmojiSplit validation = EmojiSplit.validation();
        assertThat(validation.heldOut()).hasSize(EmojiSplit.HELD_OUT).isSorted();
        TreeSet<Integer> both = new TreeSet<>(validation.train());
        both.addAll(validation.heldOut());
        assertThat(both).containsExactlyElementsOf(EmojiSplit.standard().train());
    }

    @Test
    void aMirrorTurnsRowsRound() {
        float[] picture = new float[EmojiSheet.LENGTH];
        EmojiSheet.read(EmojiSheet.Style.GOOGLE).readInto(7, picture, 0);
        float[] mirrored = EmojiSheet.mirrored(picture);
        assertThat(mirrored).isNotEqualTo(picture);
        assertThat(EmojiSheet.mirrored(mirrored)).containsExactly(picture);
        int row = 5 * EmojiSheet.SIDE;
        for (int channel = 0; channel < EmojiSheet.CHANNELS; channel++) {
            assertThat(mirrored[(row + 3) * EmojiSheet.CHANNELS + channel])
                    .isEqualTo(picture[(row + EmojiSheet.SIDE - 4) * EmojiSheet.CHANNELS + channel]);
        }
    }
}
