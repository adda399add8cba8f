package dev.flops.models.weights;

import java.io.IOException;
import java.util.Map;

/** Named tensors that can be read one by one. */
public interface WeightSource extends AutoCloseable {
    /**
     * Name for messages.
     *
     * @return the file's name
     */
    String name();

    /**
     * What there is.
     *
     * @return the tensors by name, in the order of the header; unmodifiable
     */
    Map<String, StoredTensor> tensors();

    /**
     * Free text about the weights.
     *
     * @return the metadata, unmodifiable
     */
    Map<String, String> metadata();

    /**
     * Reads a tensor, converted to float32.
     *
     * @param name its name, one of {@link #tensors()}
     * @param out modified: receives the elements, row-major
     * @param offset where they begin in {@code out}
     * @throws IllegalArgumentException if there is no such tensor or no room for it
     * @throws dev.flops.models.data.InvalidDataException if its type is none of weights, see {@link DataType#isWeight}
     * @throws IOException if the file cannot be read
     */
    void readInto(String name, float[] out, int offset) throws IOException;

    /**
     * Closes the files.
     *
     * @throws IOException if that fails
     */
    @Override
    void close() throws IOException;
}
