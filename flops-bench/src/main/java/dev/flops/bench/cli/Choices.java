package dev.flops.bench.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads enum constants by the text that they print; a refusal lists all of them. */
final class Choices {
    private Choices() {}

    static <E extends Enum<E>> ITypeConverter<E> of(Class<E> type) {
        return text -> parse(type, text);
    }

    static String list(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Enum::toString).collect(Collectors.joining(", "));
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.toString().equals(text)) {
                return constant;
            }
        }
        throw new TypeConversionException("'" + text + "', expected one of " + list(type));
    }
}
