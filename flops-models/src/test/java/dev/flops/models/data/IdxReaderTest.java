package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.SOURCE;
import static dev.flops.models.data.IdxBytes.concat;
import static dev.flops.models.data.IdxBytes.counting;
import static dev.flops.models.data.IdxBytes.gzip;
import static dev.flops.models.data.IdxBytes.idx;
import static dev.flops.models.data.IdxBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
    private static InvalidDataException failure(byte[] file) {
        InvalidDataException failure = catchThrowableOfType(InvalidDataException.class, () -> read(file));
        assertThat(failure).isNotNull();
        assertThat(failure.source()).isEqualTo(SOURCE);
        assertThat(failure)
                .hasMessage(
                        "%s, byte %d: %s, expected %s", SOURCE, failure.offset(), failure.found(), failure.expected());
        return failure;
    }

    @Test
    void readsShapeAndValues() {
        IdxArray array = read(idx(new int[] {2, 3}, new byte[] {0, 1, 127, -128, -2, -1}));

        assertThat(array.source()).isEqualTo(SOURCE);
        assertThat(array.rank()).isEqualTo(2);
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(array.extent(0)).isEqualTo(2);
        assertThat(array.extent(1)).isEqualTo(3);
        assertThat(array.length()).isEqualTo(6);
        assertThat(List.of(array.get(0), array.get(1), array.get(2), array.get(3), array.get(4), array.get(5)))
                .containsExactly(0, 1, 127, 128, 254, 255);
    }

    @Test
    void shapeIsACopy() {
        IdxArray array = read(counting(256, 2, 3));
        Arrays.fill(array.shape(), 99);
        assertThat(array.shape()).containsExactly(2, 3);
    }

    @Test
    void refusesIndicesOutsideTheArray() {
        IdxArray array = read(counting(256, 2, 3));
        assertThatThrownBy(() -> array.get(6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("index = 6, expected 0 <= index < 6");
        assertThatThrownBy(() -> array.get(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> array.extent(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dimension = 2, expected 0 <= dimension < 2");
    }

    @Test
    void readsFilesWhateverTheirName(@TempDir Path folder) throws IOException {
        byte[] file = counting(256, 5, 4);
        Path plain = Files.write(folder.resolve("plain.gz"), file);
        Path compressed = Files.write(folder.resolve("compressed"), gzip(file));

        assertThat(IdxReader.read(plain).values())
                .isEqualTo(IdxReader.read(compressed).values());
        assertThat(IdxReader.read(plain).source()).isEqualTo(plain.toString());
    }

    @Test
    void everyTruncationOfAPlainFileIsInvalidData() {
        byte[] file = counting(256, 3, 2, 2);
        for (int length = 0; length < file.length; length++) {
            InvalidDataException failure = failure(Arrays.copyOf(file, length));
            assertThat(failure.offset()).as("offset for length %d", length).isEqualTo(length);
            assertThat(failure.found()).isEqualTo("end of the data");
        }
        assertThat(read(file).length()).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 31", "1, 1", "1, 255"})
    void refusesAnotherMagicNumber(int offset, int value) {
        byte[] file = counting(256, 3);
        file[offset] = (byte) value;

        InvalidDataException failure = failure(file);

        assertThat(failure.offset()).isEqualTo(offset);
        assertThat(failure.found()).isEqualTo("magic number byte = 0x%02X", value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x07, 0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0xFF})
    void refusesAnotherType(int type) {
        byte[] file = counting(256, 3);
        file[2] = (byte) type;

        InvalidDataException failure = failure(file);

        assertThat(failure.offset()).isEqualTo(2);
        assertThat(failure.found()).isEqualTo("type = 0x%02X", type);
        assertThat(failure.expected()).isEqualTo("0x08 (unsigned byte)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 255})
    void refusesAnotherRank(int rank) {
        byte[] file = counting(256, 1, 1, 1, 1);
        file[3] = (byte) rank;

        InvalidDataException failure = failure(file);

        assertThat(failure.offset()).isEqualTo(3);
        assertThat(failure.found()).isEqualTo("rank = %d", rank);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 4294967295", "-2147483648, 2147483648", "1073741825, 1073741825", "2147483647, 2147483647"
    })
    void refusesAnExtentOutsideTheLimits(int extent, String shown) {
        InvalidDataException failure = failure(idx(new int[] {2, extent}, new byte[2]));

        assertThat(failure.offset()).isEqualTo(8);
        assertThat(failure.found()).isEqualTo("extent 1 = " + shown);
        assertThat(failure.expected()).isEqualTo("1 to 1073741824");
    }

    @Test
    void refusesAProductOverTheLimit() {
        // 2^15 · 2^15 = 2^30 is the limit; 2^32 and 2^60 would overflow an int and (squared) a long.
        InvalidDataException failure = failure(idx(new int[] {1 << 15, 1 << 15, 2}, new byte[2]));
        assertThat(failure.offset()).isEqualTo(12);
        assertThat(failure.found()).isEqualTo("product of the extents up to 2 = 2147483648");

        assertThat(failure(idx(new int[] {1 << 16, 1 << 16}, new byte[2])).offset())
                .isEqualTo(8);
        assertThat(failure(idx(new int[] {1 << 30, 1 << 30, 1 << 30, 1 << 30}, new byte[2]))
                        .offset())
                .isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"100, false", "100, true", "1000000, false", "1000000, true"})
    void aLargeClaimWithFewBytesAllocatesLittle(int present, boolean compressed) {
        byte[] plain = idx(new int[] {1 << 15, 1 << 15}, new byte[present]);
        byte[] file = compressed ? gzip(plain) : plain;
        failure(file); // loads the classes

        long before = allocatedBytes();
        assertThatThrownBy(() -> read(file)).isInstanceOf(InvalidDataException.class);
        long allocated = allocatedBytes() - before;

        // 2^16 bytes first, then doubled as they fill: in total less than four times what is present.
        assertThat(allocated).isBetween(1L, 400_000L + 4L * present);
        assertThat(failure(file).expected()).isEqualTo("1073741824 values, of which %d are there", present);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesBytesAfterTheValues(boolean compressed) {
        byte[] plain = concat(counting(256, 2, 2), (byte) 0);
        InvalidDataException failure = failure(compressed ? gzip(plain) : plain);

        assertThat(failure.offset()).isEqualTo(16);
        assertThat(failure.found()).isEqualTo("more bytes");
        assertThat(failure.expected()).isEqualTo("the end after 4 values of shape [2, 2]");
    }

    @Test
    void readsMoreThanOneChunk() {
        byte[] file = counting(251, 3, 100_003);
        IdxArray array = read(file);

        assertThat(array.length()).isEqualTo(300_009);
        assertThat(array.values()).isEqualTo(Arrays.copyOfRange(file, 12, file.length));
        assertThat(read(gzip(file)).values()).isEqualTo(array.values());
    }

    @Test
    void readsAStreamThatGivesOneByteAtATime() throws IOException {
        byte[] file = gzip(counting(251, 7, 11));
        IdxArray array = IdxReader.read(new Trickle(file, file.length), SOURCE);
        assertThat(array.values()).isEqualTo(read(file).values());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exceptionsOfTheStreamPassThrough(boolean compressed) {
        byte[] file = compressed ? gzip(counting(251, 7, 11)) : counting(251, 7, 11);
        for (int length = 0; length < file.length; length++) {
            InputStream failing = new Trickle(file, length);
            assertThatThrownBy(() -> IdxReader.read(failing, SOURCE))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("disk on fire");
        }
    }

    @Test
    void aMissingFileIsNotInvalidData(@TempDir Path folder) {
        assertThatThrownBy(() -> IdxReader.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void leavesTheStreamOpen() throws IOException {
        boolean[] closed = {false};
        InputStream in = new ByteArrayInputStream(gzip(counting(256, 3))) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThat(IdxReader.read(in, SOURCE).length()).isEqualTo(3);
        assertThat(closed[0]).isFalse();
    }

    /** Gives one byte per read; throws after {@code good} bytes, ends after all of them. */
    private static final class Trickle extends InputStream {
        private final byte[] bytes;
        private final int good;
        private int position;

        Trickle(byte[] bytes, int good) {
            this.bytes = bytes;
            this.good = good;
        }

        @Override
        public int read() throws IOException {
            if (position == bytes.length) {
                return -1;
            }
            if (position == good) {
                throw new IOException("disk on fire");
            }
            return bytes[position++] & 0xFF;
        }

        @Override
        public int read(byte[] out, int offset, int length) throws IOException {
            int value = read();
            if (value < 0) {
                return -1;
            }
            out[offset] = (byte) value;
            return 1;
        }
    }
}
