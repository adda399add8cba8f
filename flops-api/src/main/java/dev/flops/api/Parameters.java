package dev.flops.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The parameters θ of a model: an ordered list of named arrays, stored one after the other in a single float32 vector.
 *
 * <p>The layout never changes. The values do: {@link #values()} is the storage itself, which an {@link Optimizer}
 * updates. A view made by {@link #select} shares the storage and differs only in which parameters are trainable.
 */
public final class Parameters {
    private final Map<String, Parameter> byName;
    private final List<Parameter> list;
    private final float[] values;

    private Parameters(List<Parameter> list, float[] values) {
        this.list = List.copyOf(list);
        this.values = values;
        Map<String, Parameter> map = new LinkedHashMap<>();
        for (Parameter parameter : list) {
            map.put(parameter.name(), parameter);
        }
        this.byName = Collections.unmodifiableMap(map);
    }

    /**
     * One named parameter.
     *
     * @param name stable name, such as {@code encoder.0.mlp.fc1.weight}
     * @param shape extents, row-major
     * @param offset where it begins in the vector of values
     * @param length product of the extents
     * @param trainable whether training may change it
     */
    public record Parameter(String name, List<Integer> shape, int offset, int length, boolean trainable) {}

    /**
     * Begins an empty layout.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A single trainable vector named {@code theta}.
     *
     * @param values initial values, copied
     * @return parameters of one entry
     */
    public static Parameters ofVector(float... values) {
        Builder builder = builder();
        Parameter theta = builder.add("theta", values.length);
        Parameters parameters = builder.build();
        System.arraycopy(values, 0, parameters.values(), theta.offset(), values.length);
        return parameters;
    }

    /**
     * All parameters in their order.
     *
     * @return an immutable list
     */
    public List<Parameter> list() {
        return list;
    }

    /**
     * A parameter by name.
     *
     * @param name its name
     * @return the parameter
     * @throws IllegalArgumentException if there is none of that name
     */
    public Parameter get(String name) {
        Parameter parameter = byName.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("name = " + name + ", expected one of " + byName.keySet());
        }
        return parameter;
    }

    /**
     * Number of values, d.
     *
     * @return the length of {@link #values()}
     */
    public int dimension() {
        return values.length;
    }

    /**
     * Number of values that training may change.
     *
     * @return at most {@link #dimension()}
     */
    public int trainableDimension() {
        return list.stream()
                .filter(Parameter::trainable)
                .mapToInt(Parameter::length)
                .sum();
    }

    /**
     * The values.
     *
     * @return the storage itself: writing to it changes the model
     */
    public float[] values() {
        return values;
    }

    /**
     * A view of the same values in which exactly those of the trainable parameters that are named stay trainable: what is
     * frozen here, such as a constant, is frozen there.
     *
     * @param trainable tells by name what is trainable
     * @return a view that shares {@link #values()}
     * @throws IllegalArgumentException if it selects nothing
     */
    public Parameters select(Predicate<String> trainable) {
        List<Parameter> selected = new ArrayList<>();
        for (Parameter p : list) {
            boolean stays = p.trainable() && trainable.test(p.name());
            selected.add(new Parameter(p.name(), p.shape(), p.offset(), p.length(), stays));
        }
        if (selected.stream().noneMatch(Parameter::trainable)) {
            throw new IllegalArgumentException("trainable selects none of " + byName.keySet());
        }
        return new Parameters(selected, values);
    }

    /**
     * Whether two views have one storage.
     *
     * @param other another view
     * @return true if writing to one is seen by the other
     */
    @SuppressWarnings("ReferenceEquality") // The question is the identity of the storage.
    public boolean sharesValuesWith(Parameters other) {
        return values == other.values;
    }

    /** Collects names and shapes; {@link #build} allocates the values, all zero. */
    public static final class Builder {
        private final List<Parameter> list = new ArrayList<>();
        private int dimension;

        private Builder() {}

        /**
         * Appends a trainable parameter.
         *
         * @param name a new name
         * @param shape positive extents
         * @return the parameter, valid in the parameters that this builder builds
         */
        public Parameter add(String name, int... shape) {
            return append(name, true, shape);
        }

        /**
         * Appends values that no training may change.
         *
         * @param name a new name
         * @param shape positive extents
         * @return the constant, a parameter that is not trainable
         */
        public Parameter addConstant(String name, int... shape) {
            return append(name, false, shape);
        }

        private Parameter append(String name, boolean trainable, int... shape) {
            if (list.stream().anyMatch(p -> p.name().equals(name))) {
                throw new IllegalArgumentException("name = " + name + ", expected a name not used before");
            }
            int length = 1;
            List<Integer> extents = new ArrayList<>();
            for (int i = 0; i < shape.length; i++) {
                if (shape[i] < 1) {
                    throw new IllegalArgumentException(
                            "shape[" + i + "] = " + shape[i] + " of " + name + ", expected >= 1");
                }
                length = Math.multiplyExact(length, shape[i]);
                extents.add(shape[i]);
            }
            Parameter parameter = new Parameter(name, List.copyOf(extents), dimension, length, trainable);
            dimension = Math.addExact(dimension, length);
            list.add(parameter);
            return parameter;
        }

        /**
         * Ends the layout.
         *
         * @return the parameters, all values zero
         * @throws NotEnoughMemoryException if the heap cannot hold them
         */
        public Parameters build() {
            NotEnoughMemoryException.requireHeap(
                    "a network of " + dimension + " parameters", (long) Float.BYTES * dimension);
            return new Parameters(list, new float[dimension]);
        }
    }
}
