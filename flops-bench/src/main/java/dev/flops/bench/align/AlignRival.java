package dev.flops.bench.align;

import dev.flops.bench.rival.Rival;
import dev.flops.tensor.spec.SimdWidth;
import java.util.Locale;

/**
 * An alignment by a method that asks for the loss of a batch and sees nothing of its examples. A query is one forward of one picture's
 * features through the projector, as everywhere; the loss of a batch of B costs B.
 *
 * @param rival the method
 * @param part which parameters it may move
 * @param temperature τ of the contrastive loss
 * @param queries budget of the run
 * @param seed seed of everything random
 * @param simd vector width; it changes no result
 */
public record AlignRival(Rival rival, Part part, double temperature, long queries, long seed, SimdWidth simd)
        implements AlignMethod {

    /** Which parameters are moved. */
    public enum Part {
        /** All of them, from the weights that forward learning begins with. */
        ALL,
        /**
         * The weights from the first {@value AlignRival#BLOCK} features to the first {@value AlignRival#BLOCK} outputs, from their
         * initial values; all other parameters are 0. Features and outputs are principal components, the first of which say most.
         */
        BLOCK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Side of the block. */
    static final int BLOCK = 16;

    @Override
    public AlignRival withSeed(long other) {
        return new AlignRival(rival, part, temperature, queries, other, simd);
    }

    @Override
    public String settings() {
        return rival + ", parameters " + part + ", temperature " + temperature;
    }
}
