package dev.flops.models.weights;

import dev.flops.models.data.InvalidDataException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict parser of JSON (RFC 8259) for headers: objects become maps in order, arrays lists, numbers {@link Long} where they
 * are integers in range and {@link Double} otherwise, null {@link #NULL}. Refused beyond the RFC: a key twice in one object,
 * nesting deeper than {@value #MAX_DEPTH}, lone surrogates.
 */
final class JsonText {
    static final int MAX_DEPTH = 8;

    /** JSON's null. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int HEX = 16;
    private static final int MAX_NUMBER = 32;

    private final String source;
    private final long base;
    private final String text;
    private int at;

    private JsonText(String source, long base, String text) {
        this.source = source;
        this.base = base;
        this.text = text;
    }

    /** Parses UTF-8 that begins at byte {@code base} of the source; the value must be an object. */
    static Map<String, Object> parseObject(String source, long base, byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            InvalidDataException invalid = new InvalidDataException(source, base, "JSON not in UTF-8", "UTF-8");
            invalid.initCause(e);
            throw invalid;
        }
        JsonText parser = new JsonText(source, base, text);
        parser.skipBlanks();
        parser.require(parser.peek() == '{', "a JSON object");
        Map<String, Object> object = parser.object(1);
        parser.skipBlanks();
        parser.require(parser.at == text.length(), "the end of the JSON text");
        return object;
    }

    private Object value(int depth) {
        skipBlanks();
        return switch (peek()) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        require(depth <= MAX_DEPTH, "nesting of at most " + MAX_DEPTH);
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        skipBlanks();
        if (peek() == '}') {
            at++;
            return members;
        }
        while (true) {
            skipBlanks();
            require(peek() == '"', "a key");
            int start = at;
            String key = string();
            skipBlanks();
            take(':');
            if (members.putIfAbsent(key, value(depth)) != null) {
                at = start;
                throw failure("a key not used before");
            }
            if (endOfList('}')) {
                return members;
            }
        }
    }

    private List<Object> array(int depth) {
        require(depth <= MAX_DEPTH, "nesting of at most " + MAX_DEPTH);
        List<Object> elements = new ArrayList<>();
        at++;
        skipBlanks();
        if (peek() == ']') {
            at++;
            return elements;
        }
        do {
            elements.add(value(depth));
        } while (!endOfList(']'));
        return elements;
    }

    /** After an element: true if the list ends here, false if a comma follows. */
    private boolean endOfList(char end) {
        skipBlanks();
        if (peek() == end) {
            at++;
            return true;
        }
        take(',');
        return false;
    }

    private String string() {
        at++;
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = peek();
            if (c == '"') {
                at++;
                return out.toString();
            }
            require(c >= ' ', "a character of a string");
            at++;
            out.append(c == '\\' ? escaped() : c);
            requireNoLoneSurrogate(out);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw failure("an escape");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, HEX) : -1;
            require(digit >= 0, "a hexadecimal digit");
            code = code * HEX + digit;
            at++;
        }
        return (char) code;
    }

    /** A high surrogate must be followed by a low one, a low one preceded by a high one. */
    private void requireNoLoneSurrogate(StringBuilder out) {
        char last = out.charAt(out.length() - 1);
        boolean afterHigh = out.length() > 1 && Character.isHighSurrogate(out.charAt(out.length() - 2));
        require(Character.isLowSurrogate(last) == afterHigh, "paired surrogates");
        if (Character.isHighSurrogate(last)) {
            require(peek() != '"', "paired surrogates");
        }
    }

    private Object literal(String word, Object value) {
        require(text.startsWith(word, at), "a JSON value");
        at += word.length();
        return value;
    }

    private Object number() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        int digits = at;
        skipDigits();
        require(at > digits, "a JSON value");
        if (text.charAt(digits) == '0' && at > digits + 1) {
            throw failure("a number without leading zero");
        }
        boolean integer = true;
        if (at < text.length() && text.charAt(at) == '.') {
            integer = false;
            at++;
            requireDigits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            integer = false;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            requireDigits();
        }
        String number = text.substring(start, at);
        require(number.length() <= MAX_NUMBER, "a number of at most " + MAX_NUMBER + " characters");
        try {
            return integer ? (Object) Long.valueOf(number) : Double.valueOf(number);
        } catch (NumberFormatException e) {
            return Double.valueOf(number); // An integer beyond 64 bits.
        }
    }

    private void requireDigits() {
        int start = at;
        skipDigits();
        require(at > start, "a digit");
    }

    private void skipDigits() {
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        require(at < text.length(), "more JSON");
        return text.charAt(at);
    }

    private void take(char c) {
        require(peek() == c, "'" + c + "'");
        at++;
    }

    private void require(boolean holds, String expected) {
        if (!holds) {
            throw failure(expected);
        }
    }

    private InvalidDataException failure(String expected) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "end of the JSON text";
        long offset = base + text.substring(0, Math.min(at, text.length())).getBytes(StandardCharsets.UTF_8).length;
        return new InvalidDataException(source, offset, found, expected);
    }
}
