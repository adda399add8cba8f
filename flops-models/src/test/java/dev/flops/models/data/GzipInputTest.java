package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.SOURCE;
import static dev.flops.models.data.IdxBytes.concat;
import static dev.flops.models.data.IdxBytes.counting;
import static dev.flops.models.data.IdxBytes.gzip;
import static dev.flops.models.data.IdxBytes.gzipWithAllFields;
import static dev.flops.models.data.IdxBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipInputTest {
    private static final byte[] CONTENT = counting(256, 3, 4, 5);

    private static InvalidDataException failure(byte[] file) {
        InvalidDataException failure = catchThrowableOfType(InvalidDataException.class, () -> read(file));
        assertThat(failure).isNotNull();
        assertThat(failure.source()).isEqualTo(SOURCE);
        return failure;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8160, 8192, 60_000, GzipInput.MAX_HEADER_TEXT})
    void readsEveryHeaderField(int nameLength) {
        for (int level : new int[] {Deflater.NO_COMPRESSION, Deflater.BEST_COMPRESSION}) {
            IdxArray array = read(gzipWithAllFields(CONTENT, level, nameLength));
            assertThat(array.shape()).containsExactly(3, 4, 5);
            assertThat(array.values()).isEqualTo(read(CONTENT).values());
        }
    }

    @Test
    void refusesAnOverlongName() {
        byte[] file = gzipWithAllFields(CONTENT, Deflater.BEST_COMPRESSION, GzipInput.MAX_HEADER_TEXT + 1);
        assertThat(failure(file).found()).isEqualTo("file name length > 65536");
    }

    @Test
    void everyTruncationIsInvalidData() {
        byte[] simple = gzip(CONTENT);
        byte[] full = gzipWithAllFields(CONTENT, Deflater.NO_COMPRESSION, 6);
        for (byte[] file : new byte[][] {simple, full}) {
            for (int length = 0; length < file.length; length++) {
                InvalidDataException failure = failure(Arrays.copyOf(file, length));
                assertThat(failure.found())
                        .as("length %d", length)
                        .isIn(
                                "end of the compressed file",
                                length < 2 ? "magic number byte = 0x1F" : "",
                                "end of the data");
                if (length >= 2) {
                    assertThat(failure.offset())
                            .as("offset for length %d", length)
                            .isEqualTo(length);
                }
            }
            assertThat(read(file).length()).isEqualTo(60);
        }
    }

    @Test
    void refusesBytesAfterTheMember() {
        byte[] file = gzip(CONTENT);
        for (byte[] tail : new byte[][] {{0}, {1, 2, 3}, new byte[10_000], gzip(CONTENT)}) {
            InvalidDataException failure = failure(concat(file, tail));
            assertThat(failure.found()).isEqualTo("bytes after the compressed content");
            assertThat(failure.offset()).isEqualTo(file.length);
        }
    }

    @Test
    void refusesAByteAfterTheMemberThatArrivesLater() {
        byte[] file = gzip(CONTENT);
        InputStream first = new ByteArrayInputStream(file);
        InputStream later = new ByteArrayInputStream(new byte[1]);
        assertThatThrownBy(() -> IdxReader.read(new SequenceInputStream(first, later), SOURCE))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith("test.idx, byte %d: bytes after the compressed content", file.length);
    }

    @Test
    void refusesAnotherMethod() {
        byte[] file = gzip(CONTENT);
        file[2] = 7;
        assertThat(failure(file)).hasMessage("test.idx, byte 2: compression method = 7, expected 8 (deflate)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x40, 0x80})
    void refusesReservedFlags(int flag) {
        byte[] file = gzip(CONTENT);
        file[3] |= (byte) flag;
        assertThat(failure(file).found()).isEqualTo("flags = " + flag);
        assertThat(failure(file).offset()).isEqualTo(3);
    }

    @Test
    void noticesEveryFlippedBitOfTheChecksums() {
        byte[] file = gzip(CONTENT);
        for (int bit = 0; bit < 64; bit++) {
            byte[] damaged = file.clone();
            int at = file.length - 8 + bit / 8;
            damaged[at] ^= (byte) (1 << (bit % 8));
            InvalidDataException failure = failure(damaged);
            assertThat(failure.found()).startsWith(bit < 32 ? "checksum = " : "content length = ");
            assertThat(failure.offset()).isEqualTo(bit < 32 ? file.length - 8 : file.length - 4);
        }
    }

    @Test
    void noticesEveryFlippedBitOfAHeaderWithChecksum() {
        byte[] file = gzipWithAllFields(CONTENT, Deflater.BEST_COMPRESSION, 6);
        int headerLength = 10 + 2 + IdxBytes.EXTRA_LENGTH + 7 + 4 + 2;
        for (int bit = 16; bit < 8 * headerLength; bit++) {
            byte[] damaged = file.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            failure(damaged);
        }
    }

    @Test
    void damagedBlocksAreInvalidDataWithTheirPlace() {
        byte[] file = gzip(CONTENT);
        file[10] |= 6; // block type 3 does not exist
        InvalidDataException failure = failure(file);
        assertThat(failure.found()).isEqualTo("compressed data = invalid block type");
        assertThat(failure.offset()).isBetween(10L, 12L);
        assertThat(failure).hasCauseInstanceOf(DataFormatException.class);
    }

    @Test
    void aMemberInsideAMemberIsNotUnpackedTwice() {
        assertThat(failure(gzip(gzip(CONTENT))).found()).isEqualTo("magic number byte = 0x1F");
    }

    @Test
    void aMemberMuchLargerThanItsHeaderSaysIsLeftEarly() {
        // 50 MB of zeros behind a header that claims 60 values: read() must stop at value 61.
        byte[] bomb = gzip(concat(CONTENT, new byte[50_000_000]));
        assertThat(failure(bomb).found()).isEqualTo("more bytes");
        assertThat(failure(bomb).offset()).isEqualTo(CONTENT.length);
    }
}
