package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.TensorOps;
import java.util.Objects;

/**
 * θ + σ ε, generated when it is read: trainable values are perturbed, others are read as they are. Element e of ε belongs
 * to value e.
 */
record PerturbedPoint(
        TensorOps ops, Parameters parameters, Distribution distribution, NoiseAddress noise, float signedSigma)
        implements ParameterPoint {
    @Override
    public int dimension() {
        return parameters.dimension();
    }

    @Override
    public void readInto(int offset, int length, float[] out, int outOffset) {
        Objects.checkFromIndexSize(offset, length, parameters.dimension());
        Objects.checkFromIndexSize(outOffset, length, out.length);
        int end = offset + length;
        for (Parameter entry : parameters.list()) {
            int from = Math.max(offset, entry.offset());
            int to = Math.min(end, entry.offset() + entry.length());
            if (from >= to) {
                continue;
            }
            int target = outOffset + from - offset;
            if (entry.trainable()) {
                ops.noise()
                        .addNoisePieceInto(
                                distribution,
                                noise,
                                from,
                                to - from,
                                signedSigma,
                                parameters.values(),
                                from,
                                out,
                                target);
            } else {
                System.arraycopy(parameters.values(), from, out, target, to - from);
            }
        }
    }

    /** Whether another point is θ − σ ε where this one is θ + σ ε. */
    boolean isPartner(PerturbedPoint other) {
        return parameters.sharesValuesWith(other.parameters)
                && parameters.list().equals(other.parameters.list())
                && distribution == other.distribution
                && noise.equals(other.noise)
                && signedSigma == -other.signedSigma;
    }
}
