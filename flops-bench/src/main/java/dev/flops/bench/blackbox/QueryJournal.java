package dev.flops.bench.blackbox;

import dev.flops.models.data.InvalidDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of what was paid for: one line per query, its key, its loss and a checksum of both, under a first line that
 * names the black box. Lines are forced to the disk before {@link #append} returns. An end that a crash left unfinished is cut
 * off when the journal is opened; damage before the end is an error. One process may have it open.
 *
 * <pre>
 *   flops-journal 1 NAME
 *   KEY LOSS CHECKSUM          32 hexadecimal digits, Java's shortest decimal of the float, 8 hexadecimal digits
 * </pre>
 *
 * A key may have several losses: the answers to the first, second, ... time that it was asked, in order.
 */
public final class QueryJournal implements AutoCloseable {
    private static final String FORMAT = "flops-journal 1 ";

    private final FileChannel channel;
    private final Map<String, List<Float>> losses = new HashMap<>();
    private long size;
    private @Nullable IOException broken;

    /**
     * One answer.
     *
     * @param key of the query
     * @param loss the answer; any float
     */
    public record Entry(String key, float loss) {}

    private QueryJournal(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a journal, or begins one where there is none.
     *
     * @param file the file
     * @param name what answers, so that answers of another black box are refused; one line
     * @return the journal
     * @throws InvalidDataException if the file is no journal, is of another black box, or is damaged before its end
     * @throws IOException if it cannot be read or written, or is open elsewhere
     */
    public static QueryJournal open(Path file, String name) throws IOException {
        if (name.lines().count() != 1) {
            throw new IllegalArgumentException("name = " + name + ", expected one line");
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            lock(channel, file);
            QueryJournal journal = new QueryJournal(channel);
            journal.read(file.toString(), name);
            return journal;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException(file + " is in use by this process already", e);
        }
        if (lock == null) {
            throw new IOException(file + " is in use by another process; one run at a time may write to a journal");
        }
    }

    private void read(String source, String name) throws IOException {
        byte[] bytes = Channels.newInputStream(channel).readAllBytes();
        String header = FORMAT + name + "\n";
        int at = endOfLine(bytes, 0);
        String first = new String(bytes, 0, at < 0 ? bytes.length : at, StandardCharsets.UTF_8);
        if (at < 0 && header.startsWith(first)) {
            channel.truncate(0);
            write(header);
            return;
        }
        if (!first.equals(header)) {
            throw new InvalidDataException(source, 0, "the first line " + first.strip(), header.strip());
        }
        readEntries(source, bytes, at);
    }

    /** Stops at the first line that is not whole; if any later line is, that one was not the end. */
    private void readEntries(String source, byte[] bytes, int begin) throws IOException {
        int good = begin;
        int at = begin;
        while (at < bytes.length) {
            int next = endOfLine(bytes, at);
            int end = next < 0 ? bytes.length : next;
            Entry entry = next < 0 ? null : parse(new String(bytes, at, end - at - 1, StandardCharsets.US_ASCII));
            if (entry != null) {
                if (good != at) {
                    throw new InvalidDataException(
                            source, good, "a damaged line before whole ones", "damage at the end alone");
                }
                remember(entry);
                good = end;
            }
            at = end;
        }
        channel.truncate(good);
        channel.position(good);
    }

    /** The position after the line that begins at a position, -1 if the line does not end. */
    private static int endOfLine(byte[] bytes, int at) {
        for (int i = at; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static @Nullable Entry parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].equals(checksum(words[0] + " " + words[1]))) {
            return null;
        }
        return new Entry(words[0], Float.parseFloat(words[1]));
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private void remember(Entry entry) {
        losses.computeIfAbsent(entry.key(), _ -> new ArrayList<>(1)).add(entry.loss());
        size++;
    }

    /**
     * What was answered.
     *
     * @param key of a query
     * @param time how often it was asked before: 0 for the first answer
     * @return the loss, null if that was never paid for
     */
    public @Nullable Float loss(String key, int time) {
        List<Float> answers = losses.getOrDefault(key, List.of());
        return time < answers.size() ? answers.get(time) : null;
    }

    /**
     * Queries paid for, in this run and those before it.
     *
     * @return their number
     */
    public long size() {
        return size;
    }

    /**
     * Writes answers down; they are on the disk when this returns.
     *
     * @param entries answers in order
     * @throws IOException if they cannot be written; nothing more can be then
     */
    public void append(List<Entry> entries) throws IOException {
        if (broken != null) {
            throw new IOException("the journal failed before", broken);
        }
        StringBuilder lines = new StringBuilder();
        for (Entry entry : entries) {
            String text = entry.key() + " " + entry.loss();
            lines.append(text).append(' ').append(checksum(text)).append('\n');
        }
        try {
            write(lines.toString());
        } catch (IOException e) {
            // Half a line may be there: another after it would look like damage in the middle.
            broken = e;
            throw e;
        }
        entries.forEach(this::remember);
    }

    private void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
