package dev.flops.bench.task;

import com.google.common.hash.Hashing;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;

/** A fingerprint of trained parameters: equal if and only if every bit is equal, as far as SHA-256 can tell. */
public final class ParametersDigest {
    private ParametersDigest() {}

    /**
     * SHA-256 over the values of all trainable parameters as little-endian float32, in the order of their names.
     *
     * @param parameters the parameters
     * @return 64 hexadecimal digits
     */
    public static String sha256(Parameters parameters) {
        List<Parameter> trained = parameters.list().stream()
                .filter(Parameter::trainable)
                .sorted(Comparator.comparing(Parameter::name))
                .toList();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(parameters.trainableDimension(), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (Parameter p : trained) {
            for (int i = p.offset(); i < p.offset() + p.length(); i++) {
                bytes.putFloat(parameters.values()[i]);
            }
        }
        return Hashing.sha256().hashBytes(bytes.array()).toString();
    }
}
