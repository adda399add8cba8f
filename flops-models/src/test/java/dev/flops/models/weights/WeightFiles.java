package dev.flops.models.weights;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Files in memory. */
final class WeightFiles {
    private WeightFiles() {}

    /** Length, JSON, data. */
    static byte[] file(String json, int dataBytes) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(text.length).put(text);
        for (int i = 0; i < dataBytes; i++) {
            buffer.put((byte) (i * 37));
        }
        return buffer.array();
    }

    static SafetensorsFile read(byte[] file) {
        try {
            return SafetensorsFile.read(new ByteArrayInputStream(file), "test.safetensors", 1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static float[] values(WeightSource source, String name) {
        float[] values = new float[source.tensors().get(name).elements()];
        try {
            source.readInto(name, values, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    /** All tensors. */
    static Map<String, float[]> all(WeightSource source) {
        Map<String, float[]> all = new LinkedHashMap<>();
        source.tensors().keySet().forEach(name -> all.put(name, values(source, name)));
        return all;
    }

    /** Parameters of given names and shapes with normal values. */
    static Parameters parameters(Map<String, int[]> shapes, SplittableRandom random) {
        Parameters.Builder builder = Parameters.builder();
        shapes.forEach(builder::add);
        Parameters parameters = builder.build();
        for (int i = 0; i < parameters.dimension(); i++) {
            parameters.values()[i] = (float) random.nextGaussian();
        }
        return parameters;
    }

    static float[] values(Parameters parameters, String name) {
        Parameter p = parameters.get(name);
        return java.util.Arrays.copyOfRange(parameters.values(), p.offset(), p.offset() + p.length());
    }

    static byte[] concat(byte[] a, byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }
}
