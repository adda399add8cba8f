package dev.flops.bench.cli;

import dev.flops.bench.report.FileContent;
import dev.flops.bench.report.FileContent.TensorContent;
import dev.flops.bench.report.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./flops inspect}: says what a safetensors file or checkpoint holds. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Prints names, types, extents and bytes of the tensors in a safetensors file, and its metadata. Of a"
                        + " checkpoint the whole content is read and compared with its digest.")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "A checkpoint, or another safetensors file.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print one JSON document on standard output and nothing else there.")
    private boolean json;

    /** Creates the command. */
    InspectCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FileContent content = FileContent.of(file);
        if (json) {
            out.print(Json.document(content));
        } else {
            print(content, out);
        }
        out.flush();
        return FlopsCommand.DONE;
    }

    private static void print(FileContent content, PrintWriter out) {
        TextTable table = new TextTable("tensor", "type", "extents", "bytes");
        for (TensorContent tensor : content.tensors()) {
            table.row(
                    tensor.name(),
                    tensor.dtype(),
                    tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(" × ")),
                    String.format(Locale.ROOT, "%,d", tensor.bytes()));
        }
        table.print(out);
        out.printf(Locale.ROOT, "%,d tensors, %,d bytes%n", content.tensors().size(), content.bytes());
        content.metadata().forEach((key, value) -> out.printf(Locale.ROOT, "%s = %s%n", key, value));
        if (content.checkpoint() != null) {
            out.printf(Locale.ROOT, "checkpoint of step %,d, intact%n", content.checkpoint());
        }
    }
}
