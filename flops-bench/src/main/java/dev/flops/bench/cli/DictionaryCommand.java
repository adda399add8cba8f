package dev.flops.bench.cli;

import dev.flops.bench.align.PatchLearning;
import dev.flops.bench.task.UsageException;
import dev.flops.models.weights.DataType;
import dev.flops.models.weights.SafetensorsWriter;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops dictionary}: learns the dictionary of patches of the image encoder. */
@Command(
        name = "dictionary",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Learns a dictionary of patches from the pictures of emoji that are not held out, without their names, by spherical"
                        + " k-means, and writes it as a safetensors file: the image encoder of ./flops align.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage.")
final class DictionaryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--words",
            paramLabel = "N",
            description = "Words, each with a negative counterpart (default ${DEFAULT-VALUE}).")
    private int words = 200;

    @Option(names = "--patches", paramLabel = "N", description = "Patches to learn from (default ${DEFAULT-VALUE}).")
    private int patches = 50_000;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of k-means (default ${DEFAULT-VALUE}).")
    private int rounds = 12;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--simd",
            paramLabel = "WIDTH",
            description = "Vector width: ${COMPLETION-CANDIDATES}; it changes no result (default ${DEFAULT-VALUE}).")
    private SimdWidth simd = SimdWidth.AUTO;

    @Option(names = "--out", paramLabel = "FILE", description = "File of the weights (default ${DEFAULT-VALUE}).")
    private Path out = Path.of("runs", "dictionary.safetensors");

    /** Creates the command. */
    DictionaryCommand() {}

    @Override
    public Integer call() throws IOException {
        PatchLearning.Config config = config();
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        VectorModule.warnIfMissed(simd, spec.commandLine().getErr());
        Network dictionary = PatchLearning.learn(config, TensorOps.of(simd));
        SafetensorsWriter.write(out, dictionary.parameters(), DataType.F16, metadata());
        PrintWriter text = spec.commandLine().getOut();
        text.printf(Locale.ROOT, "%,d words of %,d patches, written %s%n", words, patches, out);
        text.flush();
        return FlopsCommand.DONE;
    }

    private PatchLearning.Config config() {
        try {
            return new PatchLearning.Config(words, patches, rounds, seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Nothing that depends on the machine or the clock: the file is the same wherever it is made. */
    private Map<String, String> metadata() {
        return Map.of(
                "format",
                "pt",
                "command",
                String.format(
                        Locale.ROOT,
                        "./flops dictionary --words %d --patches %d --rounds %d --seed %d",
                        words,
                        patches,
                        rounds,
                        seed),
                "data",
                "emoji in Google's style, 300 held out, features p/127.5 - 1");
    }
}
