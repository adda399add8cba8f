package dev.flops.bench.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flops.bench.report.Json;
import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
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

    /** What the command line gives of the options that {@link TrainOptions} has. */
    static OptionValues given(ParseResult parsed) {
        CommandSpec known =
                FlopsCommand.configured(new CommandLine(new TrainOptions())).getCommandSpec();
        Map<String, String> values = new TreeMap<>();
        for (OptionSpec option : parsed.matchedOptions()) {
            if (known.findOption(option.longestName()) != null) {
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
            throw new UsageException(source + ": no JSON: " + firstLine(e), e);
        }
        if (!tree.isObject()) {
            throw new UsageException(source + ": expected a JSON object of options", null);
        }
        Map<String, String> values = new TreeMap<>();
        tree.properties().forEach(entry -> {
            if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
                throw new UsageException(
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
            throw new UsageException(file + " has more than " + MOST_BYTES + " bytes, expected a few options", null);
        }
        String text = Files.readString(file);
        if (!file.toString().endsWith(".properties")) {
            return ofJson(file.toString(), text);
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + ": " + e.getMessage(), e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return new OptionValues(file.toString(), values);
    }

    /** These, and those of another source that are not among these; refuses names that no option has. */
    OptionValues over(OptionValues other) {
        CommandSpec known =
                FlopsCommand.configured(new CommandLine(new TrainOptions())).getCommandSpec();
        for (String name : other.values.keySet()) {
            if (known.findOption("--" + name) == null) {
                List<String> names = known.options().stream()
                        .map(option -> plain(option.longestName()))
                        .sorted()
                        .toList();
                throw new UsageException(
                        other.source + ": unknown key " + name + ", expected one of " + String.join(", ", names), null);
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
            throw new UsageException(source + ": " + e.getMessage(), e);
        }
        return options;
    }

    String toJson() {
        return Json.line(values);
    }

    private static String plain(String name) {
        return name.substring("--".length());
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
