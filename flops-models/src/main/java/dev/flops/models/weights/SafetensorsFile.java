package dev.flops.models.weights;

import dev.flops.api.StateArrays;
import dev.flops.models.data.InvalidDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;

/**
 * A safetensors file with tensors of type F32, F16, BF16, F64 or I64, open for reading.
 *
 * <p>The header is read and checked when the file is opened: at most 4 MiB, no key twice, the tensors cover the data without
 * gap or overlap, at most 2³¹ − 9 elements each. Tensors are read when they are asked for, straight into the caller's array but
 * for 64 KiB on the way; the file is mapped into memory where its file system can do that, and read otherwise. Safe for use by
 * several threads, closing excepted.
 *
 * <p>Format: https://github.com/huggingface/safetensors, version 0.4.
 */
public final class SafetensorsFile implements WeightSource {
    private static final int CHUNK = 1 << 16;

    private final String name;
    private final Bytes bytes;
    private final long dataOffset;
    private final Header header;

    private SafetensorsFile(String name, Bytes bytes) throws IOException {
        this.name = name;
        this.bytes = bytes;
        long length = bytes.length();
        if (length < Header.PREFIX) {
            throw new InvalidDataException(name, 0, "file of " + length + " bytes", "at least " + Header.PREFIX);
        }
        ByteBuffer prefix = ByteBuffer.allocate(Header.PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        bytes.read(0, prefix);
        int headerLength = Header.checkedLength(name, prefix.getLong(0), length);
        ByteBuffer json = ByteBuffer.allocate(headerLength);
        bytes.read(Header.PREFIX, json);
        this.dataOffset = Header.PREFIX + (long) headerLength;
        this.header = Header.parse(name, json.array(), length - dataOffset);
    }

    /**
     * Opens a file.
     *
     * @param file the file
     * @return the open file; close it
     * @throws InvalidDataException if its content is invalid
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile open(Path file) throws IOException {
        Bytes bytes = bytes(FileChannel.open(file, StandardOpenOption.READ));
        try {
            return new SafetensorsFile(String.valueOf(file.getFileName()), bytes);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /** Mapped where the file system can, read otherwise. The arena is closed with what is returned. */
    @SuppressWarnings("MustBeClosedChecker") // by its owner
    private static Bytes bytes(FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new MappedBytes(channel, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena), arena);
        } catch (UnsupportedOperationException | IOException _) {
            // No mapping in this file system, or no address space left: the bytes are the same.
            arena.close();
            return new ChannelBytes(channel);
        }
    }

    /** Whether the file is mapped into memory. */
    boolean isMapped() {
        return bytes instanceof MappedBytes;
    }

    /**
     * Reads a whole stream into memory, such as an embedded resource.
     *
     * @param in the stream, read to its end and not closed
     * @param name name for messages
     * @param mostBytes longer streams are refused
     * @return the file
     * @throws InvalidDataException if the content is invalid or too long
     * @throws IOException if the stream cannot be read
     */
    public static SafetensorsFile read(InputStream in, String name, int mostBytes) throws IOException {
        byte[] content = in.readNBytes(mostBytes);
        if (in.read() >= 0) {
            throw new InvalidDataException(name, mostBytes, "more bytes", "at most " + mostBytes);
        }
        return new SafetensorsFile(name, new MemoryBytes(ByteBuffer.wrap(content)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return header.tensors();
    }

    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public void readInto(String tensorName, float[] out, int offset) throws IOException {
        StoredTensor tensor = tensors().get(tensorName);
        if (tensor == null) {
            throw new IllegalArgumentException("name = " + tensorName + ", expected a tensor of " + name);
        }
        Objects.checkFromIndexSize(offset, tensor.elements(), out.length);
        DataType type = tensor.type();
        if (type == DataType.F64) {
            throw new InvalidDataException(
                    name,
                    dataOffset + tensor.begin(),
                    "dtype of tensor " + tensorName + " = " + type,
                    "F32, F16, BF16 or I64");
        }
        forEachChunk(tensor, (first, count, buffer) -> {
            for (int i = 0; i < count; i++) {
                out[offset + first + i] = type.read(buffer, i);
            }
        });
    }

    /**
     * Reads all tensors as the state of a run: F32 as arrays of float with their extents, F64 of double, I64 of long.
     *
     * @return the state
     * @throws InvalidDataException if a tensor is of another type
     * @throws IOException if the file cannot be read
     */
    public StateArrays readState() throws IOException {
        StateArrays state = new StateArrays();
        for (StoredTensor tensor : tensors().values()) {
            switch (tensor.type()) {
                case F32 -> {
                    float[] values = new float[tensor.elements()];
                    readInto(tensor.name(), values, 0);
                    state.putFloats(tensor.name(), values, 0, tensor.shape());
                }
                case F64 -> {
                    double[] values = new double[tensor.elements()];
                    forEachChunk(
                            tensor,
                            (first, count, buffer) ->
                                    buffer.position(0).asDoubleBuffer().get(values, first, count));
                    state.putDoubles(tensor.name(), values);
                }
                case I64 -> {
                    long[] values = new long[tensor.elements()];
                    forEachChunk(
                            tensor,
                            (first, count, buffer) ->
                                    buffer.position(0).asLongBuffer().get(values, first, count));
                    state.putLongs(tensor.name(), values);
                }
                case F16, BF16 ->
                    throw new InvalidDataException(
                            name,
                            dataOffset + tensor.begin(),
                            "dtype of tensor " + tensor.name() + " = " + tensor.type(),
                            "F32, F64 or I64");
            }
        }
        return state;
    }

    private void forEachChunk(StoredTensor tensor, ChunkReader reader) throws IOException {
        int size = tensor.type().bytes();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, tensor.end() - tensor.begin()))
                .order(ByteOrder.LITTLE_ENDIAN);
        int perChunk = CHUNK / size;
        for (int first = 0; first < tensor.elements(); first += perChunk) {
            int count = Math.min(perChunk, tensor.elements() - first);
            buffer.clear().limit(count * size);
            bytes.read(dataOffset + tensor.begin() + (long) first * size, buffer);
            reader.read(first, count, buffer);
        }
    }

    /** Takes elements {@code first} to {@code first + count − 1}, which fill the buffer. */
    private interface ChunkReader {
        void read(int first, int count, ByteBuffer buffer);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }

    /** Random access to bytes. */
    private interface Bytes {
        long length() throws IOException;

        /** Fills the buffer from a position on. */
        void read(long position, ByteBuffer buffer) throws IOException;

        void close() throws IOException;
    }

    private record ChannelBytes(FileChannel channel) implements Bytes {
        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void read(long position, ByteBuffer buffer) throws IOException {
            long at = position;
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, at);
                if (count < 0) {
                    throw new EOFException("the file became shorter while it was read, byte " + at);
                }
                at += count;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record MappedBytes(FileChannel channel, MemorySegment content, Arena arena) implements Bytes {
        @Override
        public long length() {
            return content.byteSize();
        }

        @Override
        public void read(long position, ByteBuffer buffer) throws IOException {
            try {
                MemorySegment.copy(content, position, MemorySegment.ofBuffer(buffer), 0, buffer.remaining());
            } catch (InternalError e) {
                // How the JVM reports that the pages of a mapping are gone.
                throw new IOException("the file became shorter while it was read, after byte " + position, e);
            } catch (IllegalStateException e) {
                IOException closed = new ClosedChannelException();
                closed.initCause(e);
                throw closed;
            }
            buffer.position(buffer.limit());
        }

        @Override
        public void close() throws IOException {
            if (arena.scope().isAlive()) {
                arena.close();
            }
            channel.close();
        }
    }

    private record MemoryBytes(ByteBuffer content) implements Bytes {
        @Override
        public long length() {
            return content.capacity();
        }

        @Override
        public void read(long position, ByteBuffer buffer) {
            buffer.put(buffer.position(), content, (int) position, buffer.remaining());
        }

        @Override
        public void close() {
            // Memory needs no closing.
        }
    }
}
