package dev.flops.models.data;

import static dev.flops.models.data.NpyBytes.file;
import static dev.flops.models.data.NpyBytes.header;
import static dev.flops.models.data.NpyBytes.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyReaderTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "u1, U1, 2 3 2",
                "i4-big, I4, 5",
                "i8, I8, 2 3",
                "f4, F4, 3 1 4",
                "f8-big, F8, 2 2",
                "scalar, F8, ''",
            })
    void readsWhatNumPyWrites(String name, NpyType type, String extents) throws IOException {
        int[] shape = extents.isEmpty()
                ? new int[0]
                : Arrays.stream(extents.split(" ")).mapToInt(Integer::parseInt).toArray();
        try (InputStream in = NpyReaderTest.class.getResourceAsStream(name + ".npy")) {
            NpyArray array = NpyReader.read(in, name);
            assertThat(array.type()).isEqualTo(type);
            assertThat(array.shape()).isEqualTo(shape);
            assertThat(array.rank()).isEqualTo(shape.length);
            assertThat(array.length()).isEqualTo(IntStream.of(shape).reduce(1, Math::multiplyExact));
            for (int i = 0; i < array.length(); i++) {
                int expected = 7 * i % 11 - (type == NpyType.U1 ? 0 : 3);
                assertThat(array.getDouble(i)).isEqualTo(expected);
                if (type.isInteger()) {
                    assertThat(array.getLong(i)).isEqualTo(expected);
                }
            }
        }
    }

    @Property(tries = 300)
    void whatIsWrittenIsRead(
            @ForAll("shapes") int[] shape,
            @ForAll NpyType type,
            @ForAll boolean big,
            @ForAll boolean gzip,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] values = random.longs(IntStream.of(shape).reduce(1, Math::multiplyExact))
                .map(bits -> switch (type) {
                    case U1 -> bits & 0xFF;
                    case I4 -> (int) bits;
                    case I8 -> bits;
                    case F4 -> bits >> 41;
                    case F8 -> bits >> 12;
                })
                .toArray();
        byte[] file = NpyBytes.array(type, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, shape, values);

        NpyArray array = read(gzip ? IdxBytes.gzip(file) : file);

        assertThat(array.shape()).isEqualTo(shape);
        assertThat(array.type()).isEqualTo(type);
        for (int i = 0; i < values.length; i++) {
            if (type.isInteger() ? array.getLong(i) != values[i] : array.getDouble(i) != values[i]) {
                throw new AssertionError("value " + i + ", expected " + values[i]);
            }
        }
    }

    @Provide
    Arbitrary<int[]> shapes() {
        // Up to 2^15 values of 8 bytes: above the first chunk of 65,536 bytes.
        return Arbitraries.integers()
                .between(1, 32)
                .array(int[].class)
                .ofMinSize(0)
                .ofMaxSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }|fortran_order = True",
                "{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }|descr = <f2",
                "{'descr': '=f4', 'fortran_order': False, 'shape': (1,), }|descr = =f4",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }|no short string",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }|no truth value",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }|extent = 0",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }|no extent",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1), }|shape without comma",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1), }|no comma",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }|rank > 8",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }|extent = 2147483647",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (268435457,), }|size of the values = 1073741828 bytes",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }|size of the values",
                "{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }|key = descr, a second time",
                "{'descr': '<f4', 'shape': (1,), }|keys = [descr, shape]",
                "{'descr': '<f4', 'other': '<f4', 'shape': (1,), }|key = other",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x|text after the dictionary",
                "{'descr': '<f4' 'fortran_order': False, 'shape': (1,), }|no ','",
                "{'descr' '<f4'}|no ':'",
                "'descr'|no '{'",
                "{'descr|no short string",
            })
    void refusesHeader(String header, String found) {
        assertThat(failure(file(1, header, new byte[4])).found()).startsWith(found);
    }

    private static InvalidDataException failure(byte[] file) {
        InvalidDataException failure = catchThrowableOfType(InvalidDataException.class, () -> read(file));
        assertThat(failure).isNotNull();
        assertThat(failure.source()).isEqualTo(NpyBytes.SOURCE);
        return failure;
    }

    @Test
    void refusesTypeOfNoOrder() {
        assertThat(failure(file(1, header("|f4", 1), new byte[4])).expected()).isEqualTo("< or > before f4");
    }

    @Test
    void refusesPrefixAndLength() {
        byte[] good = file(2, header("<f4", 2), new byte[8]);
        assertThat(read(good).length()).isEqualTo(2);
        assertThat(failure(Arrays.copyOf(good, good.length - 1)).expected())
                .isEqualTo("8 bytes of values, of which 7 are there");
        assertThat(failure(Arrays.copyOf(good, good.length + 1)).found()).isEqualTo("more bytes");
        assertThat(failure(Arrays.copyOf(good, 3)).expected()).isEqualTo("magic number 0x93 NUMPY");
        byte[] wrong = good.clone();
        wrong[6] = 4;
        assertThat(failure(wrong).found()).isEqualTo("version = 4.0");
        wrong[6] = 2;
        wrong[10] = 1;
        assertThat(failure(wrong))
                .hasMessageContaining("expected at most 65536")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(8));
        wrong = good.clone();
        wrong[0] = 0;
        assertThat(failure(wrong).found()).isEqualTo("magic number byte = 0");
    }

    @Test
    void readsFilesAndChecksIndices(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("x.npy"), file(1, header("<f4", 1), new byte[4]));
        NpyArray array = NpyReader.read(file);
        assertThat(array.source()).isEqualTo(file.toString());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> array.getDouble(1))
                .withMessageContaining("index = 1");
        assertThatIllegalArgumentException().isThrownBy(() -> array.getLong(0)).withMessageContaining("type = F4");
    }
}
