package dev.flops.bench.cli;

import dev.flops.bench.task.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Files of options, read as {@code ./flops train --config FILE} reads them. */
public final class ConfigurationFiles {
    /** Valid files. */
    public static final List<String> JSON = List.of(
            "{\"task\": \"digits\", \"lr\": 0.003, \"batch\": 16, \"steps\": 5, \"seed\": -4, \"simd\": \"auto\"}",
            "{\"model\": \"cnn\", \"allocator\": \"neyman\", \"train\": \"all\", \"budget\": 1000, \"sigma\": 1e-2}",
            "{\"threads\": 1, \"estimator\": \"spsa\", \"data-dir\": \"some/folder\"}");

    /** The same as properties. */
    public static final List<String> PROPERTIES = List.of(
            "# A run.\ntask = digits\nlr = 0.003\nbatch = 16\nsteps=5\nseed: -4\nsimd auto\n",
            "model=cnn\nallocator=neyman\ntrain=\\\n  all\nbudget=1000\nsigma=1e-\\u0032\n",
            "threads = 1\nestimator = spsa\ndata-dir = some/folder\n");

    private ConfigurationFiles() {}

    /**
     * Reads a file up to a configuration.
     *
     * @param file the file
     * @throws UsageException if it is none of options, or their values do not fit
     * @throws IOException if it cannot be read
     */
    public static void read(Path file) throws IOException {
        new OptionValues("command line", Map.of())
                .over(OptionValues.ofFile(file))
                .toOptions()
                .toConfig();
    }
}
