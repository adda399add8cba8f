package dev.flops.models.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The operations on a disk that writing a checkpoint consists of. */
interface Storage {
    /** Makes a file, or empties the one that is there; never follows a link. */
    Output create(Path file) throws IOException;

    /** Puts a file in the place of another, at once. */
    void move(Path from, Path to) throws IOException;

    /** Forces the entries of a folder to the disk, where the system can. */
    void forceFolder(Path folder) throws IOException;

    /** Removes a file if it is there. */
    void delete(Path file) throws IOException;

    /** A file being written. */
    interface Output extends WritableByteChannel {
        /** Forces the content to the disk. */
        void force() throws IOException;
    }

    /** The file system itself. */
    Storage FILES = new Storage() {
        @Override
        public Output create(Path file) throws IOException {
            return new FileOutput(FileChannel.open(
                    file,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS));
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void forceFolder(Path folder) throws IOException {
            FileChannel channel;
            try {
                channel = FileChannel.open(folder, StandardOpenOption.READ);
            } catch (IOException e) {
                // This system opens no folders (Windows); a rename there is as durable as it makes it.
                return;
            }
            try (channel) {
                channel.force(true);
            }
        }

        @Override
        public void delete(Path file) throws IOException {
            Files.deleteIfExists(file);
        }
    };

    /** A file of the file system. */
    record FileOutput(FileChannel channel) implements Output {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return channel.write(bytes);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
