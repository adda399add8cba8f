package dev.flops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitRevisionTest {
    private static final String FIRST = "0123456789abcdef0123456789abcdef01234567";
    private static final String SECOND = "89abcdef0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void aBranchAboveTheStart() throws IOException {
        write("tree/.git/HEAD", "ref: refs/heads/main\n");
        write("tree/.git/refs/heads/main", FIRST + "\n");
        write("tree/a/b/file", "");
        assertThat(GitRevision.around(folder.resolve("tree/a/b/file"))).contains(FIRST);
    }

    @Test
    void aPackedBranch() throws IOException {
        write("tree/.git/HEAD", "ref: refs/heads/main\n");
        write("tree/.git/packed-refs", "# pack-refs\n" + SECOND + " refs/heads/other\n" + FIRST + " refs/heads/main\n");
        assertThat(GitRevision.around(folder.resolve("tree"))).contains(FIRST);
    }

    @Test
    void aDetachedHead() throws IOException {
        write("tree/.git/HEAD", SECOND + "\n");
        assertThat(GitRevision.around(folder.resolve("tree"))).contains(SECOND);
    }

    @Test
    void aLinkedWorkingTree() throws IOException {
        write("linked/.git", "gitdir: " + folder.resolve("tree/.git/worktrees/linked") + "\n");
        write("tree/.git/worktrees/linked/HEAD", "ref: refs/heads/side\n");
        write("tree/.git/worktrees/linked/commondir", "../..\n");
        write("tree/.git/refs/heads/side", SECOND + "\n");
        assertThat(GitRevision.around(folder.resolve("linked"))).contains(SECOND);
    }

    @Test
    void nothingBeforeTheFirstCommitOrInRubbish() throws IOException {
        write("tree/.git/HEAD", "ref: refs/heads/main\n");
        assertThat(GitRevision.around(folder.resolve("tree"))).isEmpty();
        write("rubbish/.git", "no pointer");
        assertThat(GitRevision.around(folder.resolve("rubbish"))).isEmpty();
        write("odd/.git/HEAD", "not a commit");
        assertThat(GitRevision.around(folder.resolve("odd"))).isEmpty();
    }
}
