package dev.flops.bench.cli;

import dev.flops.bench.task.TrainedPart.AdapterOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Dimensions of adapters on the command line. */
final class AdapterArguments {
    private static final AdapterOptions DEFAULT = AdapterOptions.DEFAULT;

    @Option(names = "--lora-rank", paramLabel = "R", description = "Rank (default ${DEFAULT-VALUE}).")
    private int rank = DEFAULT.rank();

    @Option(
            names = "--lora-alpha",
            paramLabel = "A",
            description = "Scale of the change, times rank (default ${DEFAULT-VALUE}).")
    private double alpha = DEFAULT.alpha();

    @Option(
            names = "--lora-layers",
            paramLabel = "NAME",
            split = ",",
            description = "Endings of the names of adapted layers, such as qkv,fc1 (default: all but the head).")
    private List<String> layers = new ArrayList<>(DEFAULT.layers());

    @Option(names = "--prompt-tokens", paramLabel = "N", description = "Learned tokens (default ${DEFAULT-VALUE}).")
    private int tokens = DEFAULT.tokens();

    @Option(
            names = "--prompt-side",
            paramLabel = "N",
            description =
                    "Rows and columns of the learned picture, interpolated to the image (default ${DEFAULT-VALUE}).")
    private int side = DEFAULT.side();

    /** Creates arguments that all have their defaults. */
    AdapterArguments() {}

    AdapterOptions toOptions() {
        return new AdapterOptions(rank, alpha, layers, tokens, side);
    }
}
