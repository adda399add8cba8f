package dev.flops.models.checkpoint;

import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * The last few checkpoints of one run, each in a file {@code checkpoint-STEP.safetensors}.
 *
 * <p>A checkpoint is written to a file beside its place, forced to the disk and renamed, then the folder is forced; only then is
 * the oldest removed, and those of later steps, which were passed over as damaged. At whatever moment the process or the machine stops, or an operation fails, the newest checkpoint that was
 * there before can be read, or the new one.
 *
 * <p>For one process at a time.
 */
public final class CheckpointFolder {
    /** How many checkpoints are kept unless something else is asked for. */
    public static final int KEPT = 3;

    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{10,18})\\.safetensors");
    private static final Pattern UNFINISHED = Pattern.compile("\\.checkpoint-\\d{10,18}\\.safetensors\\.tmp");

    private final Path folder;
    private final int keep;
    private final Storage storage;

    /**
     * A folder with its checkpoints, of which there may be none yet.
     *
     * @param folder an existing folder, which may hold other files
     * @param keep how many checkpoints to keep, at least 1
     */
    public CheckpointFolder(Path folder, int keep) {
        this(folder, keep, Storage.FILES);
    }

    CheckpointFolder(Path folder, int keep, Storage storage) {
        if (keep < 1) {
            throw new IllegalArgumentException("keep = " + keep + ", expected >= 1");
        }
        this.folder = folder;
        this.keep = keep;
        this.storage = storage;
    }

    /**
     * Writes a checkpoint and removes those that are too old.
     *
     * @param checkpoint the checkpoint; one of the same step is replaced
     * @return its file
     * @throws IOException if an operation fails; the newest of the older checkpoints is then unharmed, or the new one is
     *     already in its place
     */
    public Path write(Checkpoint checkpoint) throws IOException {
        String name = String.format(Locale.ROOT, "checkpoint-%010d.safetensors", checkpoint.step());
        Path file = folder.resolve(name);
        Path temporary = folder.resolve("." + name + ".tmp");
        try {
            try (Storage.Output output = storage.create(temporary)) {
                checkpoint.write(output);
                output.force();
            }
            storage.move(temporary, file);
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        storage.forceFolder(folder);
        removeAllBut(keptAt(checkpoint.step()));
        for (Path unfinished : matching(UNFINISHED)) {
            storage.delete(unfinished);
        }
        return file;
    }

    /** The newest up to a step. Files of later steps are of a future that was refused when the run was resumed. */
    private List<Path> keptAt(long step) throws IOException {
        List<Path> files = files();
        files.removeIf(file -> step(file) > step);
        return files.subList(Math.max(0, files.size() - keep), files.size());
    }

    private void removeAllBut(List<Path> kept) throws IOException {
        for (Path file : files()) {
            if (!kept.contains(file)) {
                storage.delete(file);
            }
        }
    }

    private void deleteAfter(Exception failure, Path file) {
        try {
            storage.delete(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * The newest checkpoint that can be read.
     *
     * @param damaged is told of every newer file that cannot, and why
     * @return the checkpoint; empty if there is none at all
     * @throws IOException if the folder cannot be read
     * @throws InvalidDataException if there are files, and none of them can be read
     */
    public Optional<Checkpoint> newest(BiConsumer<Path, Exception> damaged) throws IOException {
        List<Path> files = files().reversed();
        for (Path file : files) {
            try {
                return Optional.of(Checkpoint.read(file));
            } catch (IOException | InvalidDataException e) {
                damaged.accept(file, e);
            }
        }
        if (!files.isEmpty()) {
            throw new InvalidDataException(
                    folder.toString(), 0, "none of " + files.size() + " checkpoints can be read", "one that can");
        }
        return Optional.empty();
    }

    /**
     * The files of the checkpoints, readable or not.
     *
     * @return by step, the oldest first
     * @throws IOException if the folder cannot be read
     */
    public List<Path> files() throws IOException {
        List<Path> files = matching(NAME);
        files.sort(Comparator.comparingLong(CheckpointFolder::step));
        return files;
    }

    private static long step(Path file) {
        var matcher = NAME.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private List<Path> matching(Pattern pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                boolean named =
                        pattern.matcher(String.valueOf(entry.getFileName())).matches();
                if (named && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(entry);
                }
            }
        }
        return found;
    }
}
