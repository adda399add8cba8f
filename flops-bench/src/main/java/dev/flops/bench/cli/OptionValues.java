package dev.flops.bench.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSortedSet;
import dev.flops.bench.report.Json;
import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Options of a training by name: those of a command line, of a configuration file, or of a run that is resumed.
 *
 * @param source where they are from, for messages
 * @param values texts by name without dashes
 */
record OptionValues(String source, Map<String, String> values) {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_SAID = 600;

    /** What the options of {@link TrainOptions} are called, without dashes. */
    private static final ImmutableSortedSet<String> NAMES =
            FlopsCommand.configured(new CommandLine(new TrainOptions())).getCommandSpec().options().stream()
                    .map(option -> plain(option.longestName()))
                    .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder()));

    /** What the command line gives of the options that {@link TrainOptions} has. */
    static OptionValues given(ParseResult parsed) {
        Map<String, String> values = new TreeMap<>();
        for (OptionSpec option : parsed.matchedOptions()) {
            if (NAMES.contains(plain(option.longestName()))) {
                values.put(
                        plain(option.longestName()),
                        option.originalStringValues().getLast());
            }
        }
        return new OptionValues("command line", values);
    }

    /** A document like {@code {"lr": 0.01, "model": "cnn"}}. */
    static OptionValues ofJson(String source, String text) {
        JsonNode tree;
        try {
            tree = Json.tree(text);
        } catch (IOException e) {
            throw refused(source + ": no JSON: " + firstLine(e), e);
        }
        if (!tree.isObject()) {
            throw refused(source + ": expected a JSON object of options", null);
        }
        Map<String, String> values = new TreeMap<>();
        tree.properties().forEach(entry -> {
            if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
                throw refused(
                        source + ": " + entry.getKey() + " = " + entry.getValue() + ", expected a number or a string",
                        null);
            }
            values.put(entry.getKey(), entry.getValue().asText());
        });
        return new OptionValues(source, values);
    }

    /** A file of options, JSON or, if its name ends so, {@code .properties}. */
    static OptionValues ofFile(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw refused(file + " has more than " + MOST_BYTES + " bytes, expected a few options", null);
        }
        String text = text(file);
        if (!file.toString().endsWith(".properties")) {
            return ofJson(file.toString(), text);
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw refused(file + ": " + e.getMessage(), e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return new OptionValues(file.toString(), values);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw refused(file + " is not a text in UTF-8", e);
        }
    }

    /** These, and those of another source that are not among these; refuses names that no option has. */
    OptionValues over(OptionValues other) {
        for (String name : other.values.keySet()) {
            if (!NAMES.contains(name)) {
                throw refused(
                        other.source + ": unknown key " + name + ", expected one of " + String.join(", ", NAMES), null);
            }
        }
        Map<String, String> all = new TreeMap<>(other.values);
        all.putAll(values);
        return new OptionValues(source + " and " + other.source, all);
    }

    /** The options with these values; all others have their defaults. */
    TrainOptions toOptions() {
        TrainOptions options = new TrainOptions();
        List<String> args = new ArrayList<>();
        values.forEach((name, value) -> args.add("--" + name + "=" + value));
        try {
            FlopsCommand.configured(new CommandLine(options)).parseArgs(args.toArray(String[]::new));
        } catch (ParameterException e) {
            throw refused(source + ": " + e.getMessage(), e);
        }
        return options;
    }

    String toJson() {
        return Json.line(values);
    }

    /** The texts of a file go into messages: one line each, and none may flood it. */
    private static UsageException refused(String message, @Nullable Exception cause) {
        String line = message.replaceAll("\\p{Cntrl}", "?");
        return new UsageException(line.length() <= MOST_SAID ? line : line.substring(0, MOST_SAID) + "...", cause);
    }

    private static String plain(String name) {
        return name.substring("--".length());
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
