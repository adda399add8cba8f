package dev.flops.bench.report;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where and with what a run was made.
 *
 * @param jdk vendor and version of the Java runtime
 * @param os name and version of the operating system
 * @param arch architecture of the JVM
 * @param cpu model of the CPU, null where the system does not tell
 * @param revision git commit of the program's working tree, null outside one
 */
public record Provenance(
        String jdk,
        String os,
        String arch,
        @Nullable String cpu,
        @Nullable String revision) {

    /**
     * The provenance of this process.
     *
     * @return the provenance
     */
    public static Provenance ofThisProcess() {
        return new Provenance(
                System.getProperty("java.vendor") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                CpuModel.ofThisMachine().orElse(null),
                program().flatMap(GitRevision::around).orElse(null));
    }

    /** Where the program's classes lie. */
    private static Optional<Path> program() {
        CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
