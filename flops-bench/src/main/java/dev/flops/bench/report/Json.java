package dev.flops.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns records into JSON. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /**
     * A document on one line.
     *
     * @param value a record of records, lists, maps, numbers and strings
     * @return JSON without a line break
     */
    public static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
        }
    }

    /**
     * A document for people too.
     *
     * @param value a record of records, lists, maps, numbers and strings
     * @return indented JSON, with a line break at the end
     */
    public static String document(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
        }
    }

    /**
     * Reads a file of one document per line.
     *
     * @param file the file
     * @param type a record that such a line was written from
     * @param <T> the type
     * @return the documents in order
     * @throws IOException if the file cannot be read, or a line is no such document
     */
    public static <T> List<T> lines(Path file, Class<T> type) throws IOException {
        List<T> documents = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            documents.add(MAPPER.readValue(line, type));
        }
        return documents;
    }

    /**
     * Reads a document, strictly: a key twice in one object, or anything behind the document, is refused.
     *
     * @param text JSON
     * @return the tree
     * @throws IOException if it is no JSON
     */
    public static JsonNode tree(String text) throws IOException {
        return MAPPER.reader()
                .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readTree(text);
    }

    /**
     * A number that JSON can hold.
     *
     * @param value any double
     * @return the number, or null for NaN and the infinities, which JSON has no word for
     */
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
