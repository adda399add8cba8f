package dev.flops.models.weights;

import dev.flops.models.data.InvalidDataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: N, eight bytes, little-endian; then N bytes of JSON
 *
 * <pre>
 *   {"__metadata__": {key: text, ...}, name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}
 * </pre>
 *
 * then the data, which the tensors must cover without gap or overlap.
 */
record Header(Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    /** Bytes of N. */
    static final int PREFIX = 8;

    /** Longest JSON accepted: room for some thirty thousand tensors. */
    static final int MAX_LENGTH = 4 << 20;

    private static final String METADATA = "__metadata__";
    private static final int MAX_RANK = 8;
    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    /** Checks N of a file of some length before memory is taken for it. */
    static int checkedLength(String source, long n, long fileLength) {
        if (n < 2 || n > MAX_LENGTH || n > fileLength - PREFIX) {
            throw new InvalidDataException(
                    source,
                    0,
                    "header length = " + Long.toUnsignedString(n),
                    "2 to " + Math.min(MAX_LENGTH, Math.max(2, fileLength - PREFIX)));
        }
        return (int) n;
    }

    /** Parses the JSON of a file with {@code dataLength} bytes behind the header. */
    static Header parse(String source, byte[] json, long dataLength) {
        Map<String, Object> members = JsonText.parseObject(source, PREFIX, json);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (name.equals(METADATA)) {
                readMetadata(source, value, metadata);
            } else {
                tensors.put(name, tensor(source, name, value));
            }
        });
        requireCover(source, tensors, dataLength);
        return new Header(Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
    }

    private static void readMetadata(String source, Object value, Map<String, String> metadata) {
        if (!(value instanceof Map<?, ?> map)) {
            throw failure(source, METADATA + " = " + value, "an object of strings");
        }
        map.forEach((key, text) -> {
            if (!(text instanceof String string)) {
                throw failure(source, METADATA + "." + key + " = " + text, "a string");
            }
            metadata.put(String.valueOf(key), string);
        });
    }

    private static StoredTensor tensor(String source, String name, Object value) {
        if (!(value instanceof Map<?, ?> map)
                || map.size() != 3
                || !(map.get("dtype") instanceof String dtype)
                || !(map.get("shape") instanceof List<?> extents)
                || !(map.get("data_offsets") instanceof List<?> offsets)) {
            throw failure(source, "entry of tensor " + name, "an object of dtype, shape, data_offsets");
        }
        DataType type = type(source, name, dtype);
        if (extents.size() > MAX_RANK) {
            throw failure(source, "rank of tensor " + name + " = " + extents.size(), "at most " + MAX_RANK);
        }
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (Object extent : extents) {
            long e = integer(source, "extent of tensor " + name, extent);
            // Both factors are below 2^31: no overflow.
            elements = e > MAX_ELEMENTS ? Long.MAX_VALUE : elements * e;
            if (elements > MAX_ELEMENTS) {
                throw failure(
                        source, "shape of tensor " + name + " = " + extents, "at most " + MAX_ELEMENTS + " elements");
            }
            shape.add((int) e);
        }
        if (offsets.size() != 2) {
            throw failure(source, "data_offsets of tensor " + name + " = " + offsets, "[begin, end]");
        }
        long begin = integer(source, "begin of tensor " + name, offsets.get(0));
        long end = integer(source, "end of tensor " + name, offsets.get(1));
        if (begin > end || end - begin != elements * type.bytes()) {
            throw failure(
                    source,
                    "data_offsets of tensor " + name + " = " + offsets,
                    elements * type.bytes() + " bytes for shape " + shape + " of " + type);
        }
        return new StoredTensor(name, type, shape, (int) elements, begin);
    }

    private static DataType type(String source, String name, String dtype) {
        for (DataType type : DataType.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw failure(source, "dtype of tensor " + name + " = " + dtype, "F32, F16, BF16, F64 or I64");
    }

    private static long integer(String source, String what, Object value) {
        if (value instanceof Long number && number >= 0) {
            return number;
        }
        throw failure(source, what + " = " + value, "an integer >= 0");
    }

    private static void requireCover(String source, Map<String, StoredTensor> tensors, long dataLength) {
        List<StoredTensor> ordered = new ArrayList<>(tensors.values());
        ordered.sort(Comparator.comparingLong(StoredTensor::begin).thenComparingLong(StoredTensor::end));
        long covered = 0;
        for (StoredTensor tensor : ordered) {
            if (tensor.begin() != covered) {
                throw failure(
                        source,
                        "begin of tensor " + tensor.name() + " = " + tensor.begin(),
                        covered + ", where the tensor before ends");
            }
            covered = tensor.end();
        }
        if (covered != dataLength) {
            throw failure(source, "data of " + dataLength + " bytes", covered + ", where the last tensor ends");
        }
    }

    private static InvalidDataException failure(String source, String found, String expected) {
        return new InvalidDataException(source, PREFIX, found, expected);
    }
}
