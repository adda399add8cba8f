package dev.flops.models.weights;

import dev.flops.models.data.InvalidDataException;
import java.util.List;

/**
 * What became of the tensors of a file and the parameters of a network.
 *
 * @param loaded parameters that now hold the file's values
 * @param resized those of {@code loaded} whose positions were interpolated to another resolution
 * @param missing parameters of which the file lacks a part; unchanged
 * @param unexpected tensors of the file that no parameter asked for
 * @param mismatched parameters of another shape, with both shapes; unchanged
 */
public record LoadReport(
        List<String> loaded,
        List<String> resized,
        List<String> missing,
        List<String> unexpected,
        List<String> mismatched) {
    /** Copies the lists. */
    public LoadReport {
        loaded = List.copyOf(loaded);
        resized = List.copyOf(resized);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        mismatched = List.copyOf(mismatched);
    }

    /**
     * Whether every tensor went into a parameter and every parameter was filled.
     *
     * @return true if nothing is missing, unexpected or mismatched
     */
    public boolean complete() {
        return missing.isEmpty() && unexpected.isEmpty() && mismatched.isEmpty();
    }

    /**
     * Requires that {@link #complete()} holds.
     *
     * @param source name of the file, for the message
     * @throws InvalidDataException otherwise, with all lists
     */
    public void requireComplete(String source) {
        if (!complete()) {
            throw new InvalidDataException(
                    source,
                    0,
                    "missing " + missing + ", unexpected " + unexpected + ", mismatched " + mismatched,
                    "the parameters of the network and no others");
        }
    }
}
