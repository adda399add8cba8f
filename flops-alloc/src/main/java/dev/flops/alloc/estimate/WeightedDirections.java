package dev.flops.alloc.estimate;

import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.TensorOps;
import java.util.Arrays;

/**
 * A gradient in its smallest form: addresses of directions with a coefficient each, ĝ = Σ_j c_j ε_j. It is written out
 * piece by piece; each value is one chain over the directions of a group (an example), then over the groups.
 */
final class WeightedDirections {
    /** Values of a piece: two buffers of 16 KiB. */
    private static final int PIECE = 4096;

    /** No unit normal of a {@link NoiseAddress} is larger. */
    private static final double LARGEST = 6.67;

    private final TensorOps ops;
    private final Parameters parameters;
    private final Distribution distribution;
    private final NoiseAddress[][] directions;
    private final float[][] coefficients;
    private final float[] chain;
    private final float[] sum;

    WeightedDirections(
            TensorOps ops,
            Parameters parameters,
            Distribution distribution,
            NoiseAddress[][] directions,
            float[][] coefficients,
            int step) {
        this.ops = ops;
        this.parameters = parameters;
        this.chain = new float[Math.min(PIECE, parameters.dimension())];
        this.sum = new float[chain.length];
        this.distribution = distribution;
        this.directions = directions;
        this.coefficients = coefficients;
        double bound = 0;
        for (float[] group : coefficients) {
            for (float c : group) {
                bound += LARGEST * Math.abs(c);
            }
        }
        if (!(bound <= Float.MAX_VALUE)) {
            throw new NumericalException("gradient is bounded by " + bound + " in step " + step);
        }
    }

    /** ĝ as a vector, 0 for what is not trainable. */
    float[] toGradient() {
        float[] gradient = new float[parameters.dimension()];
        forEachPiece((offset, length) -> System.arraycopy(sum, 0, gradient, offset, length));
        return gradient;
    }

    /** θ ← θ − η ĝ. */
    void descendInPlace(float rate, CostLedger ledger) {
        long begun = System.nanoTime();
        float[] theta = parameters.values();
        forEachPiece((offset, length) -> {
            for (int e = 0; e < length; e++) {
                theta[offset + e] -= rate * sum[e];
            }
        });
        ledger.addNanoseconds(CostLedger.Phase.UPDATE, System.nanoTime() - begun);
    }

    private interface PieceConsumer {
        void accept(int offset, int length);
    }

    private void forEachPiece(PieceConsumer consumer) {
        for (Parameter entry : parameters.list()) {
            int end = entry.trainable() ? entry.offset() + entry.length() : entry.offset();
            for (int offset = entry.offset(); offset < end; offset += PIECE) {
                int length = Math.min(PIECE, end - offset);
                addUp(offset, length);
                consumer.accept(offset, length);
            }
        }
    }

    private void addUp(int offset, int length) {
        Arrays.fill(sum, 0, length, 0f);
        for (int g = 0; g < directions.length; g++) {
            Arrays.fill(chain, 0, length, 0f);
            for (int k = 0; k < directions[g].length; k++) {
                ops.noise()
                        .addNoisePieceInto(
                                distribution, directions[g][k], offset, length, coefficients[g][k], chain, 0, chain, 0);
            }
            for (int e = 0; e < length; e++) {
                sum[e] += chain[e];
            }
        }
    }
}
