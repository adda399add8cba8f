package dev.flops.bench.align;

import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workers;
import java.util.List;

/** A task without encoders: targets are the first features, scaled to unit length, so that a projector can find them all. */
public final class SyntheticAlignment {
    private static final int FEATURES = 24;
    private static final int OUTPUTS = 8;
    private static final int POINTS = 5;

    private SyntheticAlignment() {}

    /** The task. */
    public static AlignTask task(Workers workers) {
        RandomKey key = RandomKey.ofSeed(77);
        Tensor features = Tensor.zeros(Emoji.COUNT, FEATURES);
        Tensor targets = Tensor.zeros(Emoji.COUNT, OUTPUTS);
        for (int row = 0; row < Emoji.COUNT; row++) {
            double squares = 0;
            for (int f = 0; f < FEATURES; f++) {
                float value = (float) (4 * key.uniform(row, f) - 2);
                features.array()[row * FEATURES + f] = value;
                squares += f < OUTPUTS ? value * value : 0;
            }
            for (int f = 0; f < OUTPUTS; f++) {
                targets.array()[row * OUTPUTS + f] =
                        (float) (features.array()[row * FEATURES + f] / StrictMath.sqrt(squares));
            }
        }
        List<Emoji> emoji = Emoji.readAll();
        List<String> categories = emoji.stream().map(Emoji::group).distinct().toList();
        List<Integer> some =
                java.util.stream.IntStream.range(0, categories.size()).boxed().toList();
        return new AlignTask(
                new AlignData(
                        emoji,
                        EmojiSplit.standard(),
                        features,
                        features,
                        targets,
                        categories,
                        AlignData.rows(targets, some)),
                workers,
                POINTS);
    }
}
