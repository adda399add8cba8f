package dev.flops.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data and models that are shipped are named in NOTICE; those of others lie beside their licence. */
final class NoticesTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final List<String> BINARY = List.of(".gz", ".safetensors", ".onnx", ".bin", ".npy", ".png", ".zip");

    /** What this project made itself. */
    private static final Set<String> OWN = Set.of(
            "flops-models/src/main/resources/dev/flops/models/vision",
            "flops-bench/src/main/resources/dev/flops/bench/align");

    private static Set<String> foldersWithData() throws IOException {
        Set<String> folders = new TreeSet<>();
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.toList()) {
                Path resources = module.resolve("src/main/resources");
                if (Files.isDirectory(resources)) {
                    try (Stream<Path> files = Files.walk(resources)) {
                        files.filter(file -> BINARY.stream().anyMatch(file.toString()::endsWith))
                                .map(file -> PROJECT.relativize(file.getParent())
                                        .toString()
                                        .replace('\\', '/'))
                                .forEach(folders::add);
                    }
                }
            }
        }
        return folders;
    }

    @Test
    void dataAndModelsAreNamedAndLicensed() throws IOException {
        String notice = Files.readString(PROJECT.resolve("NOTICE"));
        Set<String> folders = foldersWithData();
        assertThat(folders).hasSizeGreaterThanOrEqualTo(4);
        for (String folder : folders) {
            assertThat(notice.lines().map(String::strip)).contains(folder);
            assertThat(OWN.contains(folder) || isLicensed(PROJECT.resolve(folder)))
                    .as("licence in %s", folder)
                    .isTrue();
        }
    }

    /** One licence, or several by the name of what they are for. */
    private static boolean isLicensed(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.equals("LICENSE") || name.startsWith("LICENSE."));
        }
    }

    @Test
    void whatIsNamedIsThere() throws IOException {
        List<String> places = Files.readString(PROJECT.resolve("NOTICE"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("flops-"))
                .toList();
        assertThat(places).hasSizeGreaterThanOrEqualTo(5).allMatch(place -> Files.exists(PROJECT.resolve(place)));
    }
}
