package dev.flops.verify.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSeedsTest {
    @TempDir
    private Path folder;

    @Test
    void aFreshSeedIsWrittenDownAndCanBeGivenAgain() throws IOException {
        Path target = folder.resolve("target");
        String drawn = TestSeeds.resolve("fresh", target);
        assertThat(target.resolve("seed.txt")).content().isEqualToIgnoringNewLines(drawn);
        assertThat(TestSeeds.resolve(drawn, folder)).isEqualTo(drawn);
        assertThat(TestSeeds.resolve("fresh", target)).isNotEqualTo(drawn);
        assertThat(Files.exists(folder.resolve("seed.txt"))).isFalse();
    }

    @Test
    void samplesOfABuildFollowFromNamesAlone() {
        assertThat(TestSeeds.resolve("", folder)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
