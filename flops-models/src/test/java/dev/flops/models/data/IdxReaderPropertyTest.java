package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.gzip;
import static dev.flops.models.data.IdxBytes.idx;
import static dev.flops.models.data.IdxBytes.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IdxReaderPropertyTest {
    @Property(tries = 500)
    void whatIsWrittenIsRead(@ForAll("shapes") int[] shape, @ForAll long seed, @ForAll boolean compressed) {
        byte[] values = new byte[IntStream.of(shape).reduce(1, Math::multiplyExact)];
        new Random(seed).nextBytes(values);
        byte[] file = idx(shape, values);

        IdxArray array = read(compressed ? gzip(file) : file);

        assertThat(array.shape()).isEqualTo(shape);
        assertThat(array.length()).isEqualTo(values.length);
        for (int i = 0; i < values.length; i++) {
            if (array.get(i) != (values[i] & 0xFF)) {
                throw new AssertionError("value " + i + " = " + array.get(i) + ", expected " + (values[i] & 0xFF));
            }
        }
    }

    @Provide
    Arbitrary<int[]> shapes() {
        // Up to 19^4 = 130,321 values: below, at and above the reader's first chunk of 65,536.
        return Arbitraries.integers()
                .between(1, 19)
                .array(int[].class)
                .ofMinSize(1)
                .ofMaxSize(IdxReader.MAX_RANK);
    }
}
