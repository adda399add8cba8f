package dev.flops.models.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The header of an NPY file: a Python dictionary of {@code descr}, {@code fortran_order} and {@code shape}, in any order. */
final class NpyHeader {
    private static final int MAX_LITERAL = 64;
    private static final int KEYS = 3;

    private final String source;
    private final long base;
    private final String text;
    private int at;

    private String descr = "";
    private boolean fortranOrder;
    private int[] shape = {};
    private NpyType type = NpyType.U1;
    private int bytes;

    private NpyHeader(String source, long base, String text) {
        this.source = source;
        this.base = base;
        this.text = text;
    }

    /** Parses the header that begins at byte {@code base} of the source, and checks the size of the values it describes. */
    static NpyHeader parse(String source, long base, byte[] ascii) {
        NpyHeader header = new NpyHeader(source, base, new String(ascii, StandardCharsets.ISO_8859_1));
        header.readDictionary();
        header.check();
        return header;
    }

    NpyType type() {
        return type;
    }

    boolean bigEndian() {
        return descr.startsWith(">");
    }

    int[] shape() {
        return shape;
    }

    /** Size of all values: at most {@link NpyReader#MAX_BYTES}. */
    int bytes() {
        return bytes;
    }

    private void readDictionary() {
        take('{');
        Set<String> seen = new HashSet<>();
        while (!takeIf('}')) {
            if (!seen.isEmpty()) {
                take(',');
                if (takeIf('}')) {
                    break;
                }
            }
            String key = string();
            if (!seen.add(key)) {
                throw failure("key = " + key + ", a second time", "each key once");
            }
            take(':');
            switch (key) {
                case "descr" -> descr = string();
                case "fortran_order" -> fortranOrder = bool();
                case "shape" -> shape = tuple();
                default -> throw failure("key = " + key, "descr, fortran_order or shape");
            }
        }
        skipBlanks();
        if (at != text.length()) {
            throw failure("text after the dictionary", "blanks to the end of the header");
        }
        if (seen.size() != KEYS) {
            throw failure("keys = " + new TreeSet<>(seen), "descr, fortran_order and shape");
        }
    }

    private void check() {
        type = switch (descr.length() == 3 ? descr.substring(1) : "") {
            case "u1" -> NpyType.U1;
            case "i4" -> NpyType.I4;
            case "i8" -> NpyType.I8;
            case "f4" -> NpyType.F4;
            case "f8" -> NpyType.F8;
            default -> throw failure("descr = " + descr, "u1, i4, i8, f4 or f8 after < or >");
        };
        boolean known = type == NpyType.U1 ? "|<>".indexOf(descr.charAt(0)) >= 0 : "<>".indexOf(descr.charAt(0)) >= 0;
        if (!known) {
            throw failure("descr = " + descr, "< or > before " + type.name().toLowerCase(Locale.ROOT));
        }
        if (fortranOrder) {
            throw failure("fortran_order = True", "False: C order, as numpy.ascontiguousarray makes it");
        }
        long length = type.bytes();
        for (int extent : shape) {
            length *= extent; // at most 2^30 · 2^30
            if (length > NpyReader.MAX_BYTES) {
                throw failure("size of the values = " + length + " bytes or more", "at most " + NpyReader.MAX_BYTES);
            }
        }
        bytes = (int) length;
    }

    private String string() {
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : 0;
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0 || end - at > MAX_LITERAL || text.substring(at, end).indexOf('\\') >= 0) {
            throw failure("no short string", "a string of at most " + MAX_LITERAL + " characters");
        }
        String value = text.substring(at + 1, end);
        if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw failure("string that is not of printable ASCII", "descr, fortran_order, shape or a type");
        }
        at = end + 1;
        return value;
    }

    private boolean bool() {
        skipBlanks();
        for (String word : new String[] {"True", "False"}) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw failure("no truth value", "True or False");
    }

    /** (), (3,), (3, 2), ... */
    private int[] tuple() {
        take('(');
        int[] extents = new int[NpyReader.MAX_RANK];
        int rank = 0;
        boolean comma = true;
        while (!takeIf(')')) {
            if (!comma) {
                throw failure("no comma", "a comma between extents");
            }
            if (rank == extents.length) {
                throw failure("rank > " + NpyReader.MAX_RANK, "at most " + NpyReader.MAX_RANK);
            }
            extents[rank++] = extent();
            comma = takeIf(',');
        }
        if (rank == 1 && !comma) {
            throw failure("shape without comma", "a tuple such as (3,)");
        }
        return Arrays.copyOf(extents, rank);
    }

    private int extent() {
        skipBlanks();
        long value = 0;
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = Math.min(Integer.MAX_VALUE, value * 10 + (text.charAt(at) - '0'));
            at++;
        }
        if (at == start || value < 1 || value > NpyReader.MAX_BYTES) {
            String found = at == start ? "no extent" : "extent = " + value;
            at = start;
            throw failure(found, "a number from 1 to " + NpyReader.MAX_BYTES);
        }
        return (int) value;
    }

    private void take(char expected) {
        if (!takeIf(expected)) {
            throw failure("no '" + expected + "'", "'" + expected + "'");
        }
    }

    private boolean takeIf(char expected) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
            at++;
        }
    }

    private InvalidDataException failure(String found, String expected) {
        return new InvalidDataException(source, base + at, found, expected);
    }
}
