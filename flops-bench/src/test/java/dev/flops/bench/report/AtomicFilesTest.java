package dev.flops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
    @TempDir
    private Path folder;

    @Test
    void replacesAndLeavesNothingBeside() throws IOException {
        Path file = folder.resolve("summary.json");
        AtomicFiles.write(file, "one");
        AtomicFiles.write(file, "two \u00e4");
        assertThat(file).hasContent("two \u00e4");
        assertThat(folder.toFile().list()).containsExactly("summary.json");
    }

    @Test
    void aFailureLeavesNothing() {
        Path file = folder.resolve("missing").resolve("summary.json");
        assertThatThrownBy(() -> AtomicFiles.write(file, "one")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aFailedRenameKeepsTheOldAndRemovesTheNew() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Files.writeString(taken.resolve("inside"), "old");
        assertThatThrownBy(() -> AtomicFiles.write(taken, "new")).isInstanceOf(IOException.class);
        assertThat(taken.resolve("inside")).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("taken");
    }
}
