package dev.flops.bench.pretrain;

import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.spec.SimdWidth;

/**
 * A pre-training, whole: the resulting weights are a function of it, bit for bit, whatever {@code threads} and {@code simd}.
 *
 * @param model dimensions of the network
 * @param epochs times that every example is seen, at least 1
 * @param batch examples per step, at least 1
 * @param learningRate peak of a cosine schedule with linear warm-up, &gt; 0
 * @param weightDecay λ of AdamW, at least 0
 * @param seed seed of initial weights and order
 * @param threads threads that compute, at least 1
 * @param simd vector width
 */
public record PretrainingConfig(
        VisionTransformerConfig model,
        int epochs,
        int batch,
        double learningRate,
        double weightDecay,
        long seed,
        int threads,
        SimdWidth simd) {
    /** Checks the ranges. */
    public PretrainingConfig {
        requireAtLeast("epochs", epochs);
        requireAtLeast("batch", batch);
        requireAtLeast("threads", threads);
        if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
            throw new IllegalArgumentException("lr = " + learningRate + ", expected a finite number > 0");
        }
        if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
            throw new IllegalArgumentException("weightDecay = " + weightDecay + ", expected a finite number >= 0");
        }
    }

    private static void requireAtLeast(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= 1");
        }
    }
}
