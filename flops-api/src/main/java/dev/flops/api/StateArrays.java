package dev.flops.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Named arrays of float, double and long: what a run needs to go on, in a form that a file can hold exactly. Names are
 * paths with dots; {@link #scope} gives a part its own prefix.
 *
 * <p>Arrays are copied in and out. Not safe for use by several threads at once.
 */
public final class StateArrays {
    private final NavigableMap<String, Entry> entries;
    private final String prefix;

    private StateArrays(NavigableMap<String, Entry> entries, String prefix) {
        this.entries = entries;
        this.prefix = prefix;
    }

    /** No array yet. */
    public StateArrays() {
        this(new TreeMap<>(), "");
    }

    /** One array. */
    public sealed interface Entry {
        /**
         * Number of elements.
         *
         * @return at least 0
         */
        int length();

        /**
         * Extents, row-major.
         *
         * @return their product is {@link #length}
         */
        default List<Integer> shape() {
            return List.of(length());
        }
    }

    /**
     * An array of float.
     *
     * @param values the elements themselves, not to be modified
     * @param shape extents
     */
    public record Floats(float[] values, List<Integer> shape) implements Entry {
        @Override
        public int length() {
            return values.length;
        }
    }

    /**
     * An array of double.
     *
     * @param values the elements themselves, not to be modified
     */
    public record Doubles(double[] values) implements Entry {
        @Override
        public int length() {
            return values.length;
        }
    }

    /**
     * An array of long.
     *
     * @param values the elements themselves, not to be modified
     */
    public record Longs(long[] values) implements Entry {
        @Override
        public int length() {
            return values.length;
        }
    }

    /**
     * A view whose names all begin with a prefix.
     *
     * @param name of the part
     * @return a view that shares the arrays
     */
    public StateArrays scope(String name) {
        return new StateArrays(entries, prefix + name + ".");
    }

    /**
     * The arrays of this scope.
     *
     * @return by name without the prefix, in the order of names; a copy
     */
    public Map<String, Entry> entries() {
        Map<String, Entry> own = new TreeMap<>();
        entries.tailMap(prefix, true).forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), entry);
            }
        });
        return Collections.unmodifiableMap(own);
    }

    /**
     * Puts an array.
     *
     * @param name a new name
     * @param values the elements, copied
     */
    public void putFloats(String name, float... values) {
        put(name, new Floats(values.clone(), List.of(values.length)));
    }

    /**
     * Puts an array with extents, which are for readers of a file.
     *
     * @param name a new name
     * @param values holds the elements, copied
     * @param offset where they begin
     * @param shape extents, row-major
     */
    public void putFloats(String name, float[] values, int offset, List<Integer> shape) {
        float[] copy = new float[elements(shape)];
        System.arraycopy(values, offset, copy, 0, copy.length);
        put(name, new Floats(copy, List.copyOf(shape)));
    }

    /**
     * Puts an array.
     *
     * @param name a new name
     * @param values the elements, copied
     */
    public void putDoubles(String name, double... values) {
        put(name, new Doubles(values.clone()));
    }

    /**
     * Puts an array.
     *
     * @param name a new name
     * @param values the elements, copied
     */
    public void putLongs(String name, long... values) {
        put(name, new Longs(values.clone()));
    }

    private void put(String name, Entry entry) {
        if (entries.putIfAbsent(prefix + name, entry) != null) {
            throw new IllegalArgumentException("name = " + prefix + name + ", expected a name not used before");
        }
    }

    private static int elements(List<Integer> shape) {
        int elements = 1;
        for (int extent : shape) {
            elements = Math.multiplyExact(elements, extent);
        }
        return elements;
    }

    /**
     * An array of float.
     *
     * @param name its name
     * @param length expected number of elements
     * @return a copy
     */
    public float[] floats(String name, int length) {
        return get(name, Floats.class, length).values().clone();
    }

    /**
     * Reads an array of float.
     *
     * @param name its name
     * @param out modified: receives the elements
     * @param offset where they begin in {@code out}
     * @param length expected number of elements
     */
    public void floatsInto(String name, float[] out, int offset, int length) {
        System.arraycopy(get(name, Floats.class, length).values(), 0, out, offset, length);
    }

    /**
     * An array of double.
     *
     * @param name its name
     * @param length expected number of elements
     * @return a copy
     */
    public double[] doubles(String name, int length) {
        return get(name, Doubles.class, length).values().clone();
    }

    /**
     * A single double.
     *
     * @param name its name
     * @return the number
     */
    public double doubleValue(String name) {
        return get(name, Doubles.class, 1).values()[0];
    }

    /**
     * A single long that cannot be negative.
     *
     * @param name its name
     * @param most largest allowed value
     * @return a number in [0, {@code most}]
     */
    public long count(String name, long most) {
        long value = get(name, Longs.class, 1).values()[0];
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("state " + prefix + name + " = " + value + ", expected 0 to " + most);
        }
        return value;
    }

    /**
     * Number of elements of an array.
     *
     * @param name its name
     * @return at least 0
     */
    public int length(String name) {
        return require(name).length();
    }

    private <E extends Entry> E get(String name, Class<E> type, int length) {
        Entry entry = require(name);
        if (!type.isInstance(entry) || entry.length() != length) {
            throw new IllegalArgumentException("state " + prefix + name + ": found "
                    + text(entry.getClass().getSimpleName(), entry.length()) + ", expected "
                    + text(type.getSimpleName(), length));
        }
        return type.cast(entry);
    }

    private Entry require(String name) {
        Entry entry = entries.get(prefix + name);
        if (entry == null) {
            throw new IllegalArgumentException("state " + prefix + name + " is missing");
        }
        return entry;
    }

    private static String text(String type, int length) {
        return type.toLowerCase(Locale.ROOT) + "[" + length + "]";
    }

    /**
     * Checks that a state is one of the same kind of object as another.
     *
     * @param expected a state of the object that is to be restored
     * @throws IllegalArgumentException if a name is missing or too many, or a type differs
     */
    public void requireNamesOf(StateArrays expected) {
        Map<String, Entry> found = entries();
        List<String> faults = new ArrayList<>();
        expected.entries().forEach((name, entry) -> {
            Entry here = found.get(name);
            if (here == null) {
                faults.add(prefix + name + " is missing");
            } else if (here.getClass() != entry.getClass()) {
                faults.add(prefix + name + " is of another type");
            }
        });
        found.keySet().stream()
                .filter(name -> !expected.entries().containsKey(name))
                .forEach(name -> faults.add(prefix + name + " is unknown"));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("state does not fit: " + String.join(", ", faults));
        }
    }
}
