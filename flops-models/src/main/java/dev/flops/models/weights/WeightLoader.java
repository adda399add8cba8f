package dev.flops.models.weights;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Loads stored weights into the parameters of a network, by name. */
public final class WeightLoader {
    private static final String POSITIONS = "pos_embed";

    private final WeightSource source;
    private final List<String> loaded = new ArrayList<>();
    private final List<String> resized = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> mismatched = new ArrayList<>();
    private final Set<String> unexpected;

    private WeightLoader(WeightSource source) {
        this.source = source;
        this.unexpected = new LinkedHashSet<>(source.tensors().keySet());
    }

    /**
     * Loads what fits. A parameter named {@value #POSITIONS} of another number of positions is interpolated, see
     * {@link PositionGrid}.
     *
     * @param source the weights
     * @param parameters modified: the values of those that are stored with the same shape
     * @param names how the file names them
     * @return what was loaded and what was not
     * @throws IOException if the file cannot be read; some parameters may then be loaded
     */
    public static LoadReport load(WeightSource source, Parameters parameters, WeightNames names) throws IOException {
        WeightLoader loader = new WeightLoader(source);
        loader.unexpected.removeIf(names::ignores);
        for (Parameter parameter : parameters.list()) {
            loader.load(parameter, parameters.values(), names.parts(parameter.name()));
        }
        return new LoadReport(
                loader.loaded, loader.resized, loader.missing, List.copyOf(loader.unexpected), loader.mismatched);
    }

    private void load(Parameter parameter, float[] values, List<String> parts) throws IOException {
        List<StoredTensor> stored = parts.stream()
                .map(part -> source.tensors().get(part))
                .filter(Objects::nonNull)
                .toList();
        parts.forEach(unexpected::remove);
        if (stored.size() < parts.size()) {
            missing.add(parameter.name());
        } else if (fits(parameter, stored)) {
            int offset = parameter.offset();
            for (StoredTensor part : stored) {
                source.readInto(part.name(), values, offset);
                offset += part.elements();
            }
            loaded.add(parameter.name());
        } else if (canResize(parameter, stored)) {
            resize(parameter, stored.getFirst(), values);
            loaded.add(parameter.name());
            resized.add(parameter.name());
        } else {
            mismatched.add(parameter.name() + ": found "
                    + stored.stream().map(StoredTensor::shape).toList() + ", expected " + parameter.shape());
        }
    }

    /** The parts have the parameter's extents but for the first, and their first extents add up to its. */
    private static boolean fits(Parameter parameter, List<StoredTensor> parts) {
        if (parts.size() == 1) {
            return parts.getFirst().shape().equals(parameter.shape());
        }
        List<Integer> shape = parameter.shape();
        long first = 0;
        for (StoredTensor part : parts) {
            int rank = part.shape().size();
            if (rank != shape.size() || !part.shape().subList(1, rank).equals(shape.subList(1, rank))) {
                return false;
            }
            first += part.shape().getFirst();
        }
        return first == shape.getFirst();
    }

    private static boolean canResize(Parameter parameter, List<StoredTensor> parts) {
        List<Integer> from = parts.getFirst().shape();
        List<Integer> to = parameter.shape();
        return parameter.name().equals(POSITIONS)
                && parts.size() == 1
                && from.size() == 3
                && from.getFirst() == 1
                && from.getLast().equals(to.getLast())
                && PositionGrid.isSquare(from.get(1))
                && PositionGrid.isSquare(to.get(1));
    }

    private void resize(Parameter parameter, StoredTensor part, float[] values) throws IOException {
        float[] read = new float[part.elements()];
        source.readInto(part.name(), read, 0);
        PositionGrid.resizeInto(
                Tensor.view(shape(part.shape()), read, 0),
                Tensor.view(shape(parameter.shape()), values, parameter.offset()));
    }

    private static Shape shape(List<Integer> extents) {
        return Shape.of(extents);
    }
}
