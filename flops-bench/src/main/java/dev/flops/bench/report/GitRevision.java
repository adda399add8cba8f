package dev.flops.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The commit that a working tree stands at, read from git's own files: no process is started. */
final class GitRevision {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final String REFERENCE = "ref: ";
    private static final String DIRECTORY = "gitdir: ";

    private GitRevision() {}

    /**
     * The commit of the working tree around a path.
     *
     * @param start a file or folder
     * @return the full hash; empty outside a working tree, before the first commit, or where git's files cannot be read
     */
    static Optional<String> around(Path start) {
        for (Path folder = start.toAbsolutePath().normalize(); folder != null; folder = folder.getParent()) {
            Path git = folder.resolve(".git");
            if (Files.exists(git)) {
                try {
                    return ofTree(git);
                } catch (IOException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** A linked working tree has a file .git that names its folder; that folder names the common one. */
    private static Optional<String> ofTree(Path git) throws IOException {
        Path own = git;
        if (Files.isRegularFile(git)) {
            String text = Files.readString(git).strip();
            if (!text.startsWith(DIRECTORY)) {
                return Optional.empty();
            }
            own = git.resolveSibling(text.substring(DIRECTORY.length()));
        }
        Path pointer = own.resolve("commondir");
        Path common = Files.isRegularFile(pointer)
                ? own.resolve(Files.readString(pointer).strip())
                : own;
        String head = Files.readString(own.resolve("HEAD")).strip();
        return head.startsWith(REFERENCE)
                ? ofReference(own, common, head.substring(REFERENCE.length()).strip())
                : commit(head);
    }

    private static Optional<String> ofReference(Path own, Path common, String name) throws IOException {
        for (Path folder : List.of(own, common)) {
            Path loose = folder.resolve(name);
            if (Files.isRegularFile(loose)) {
                return commit(Files.readString(loose).strip());
            }
        }
        Path packed = common.resolve("packed-refs");
        if (Files.isRegularFile(packed)) {
            for (String line : Files.readAllLines(packed)) {
                if (line.endsWith(" " + name)) {
                    return commit(line.substring(0, line.indexOf(' ')));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> commit(String text) {
        return COMMIT.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
