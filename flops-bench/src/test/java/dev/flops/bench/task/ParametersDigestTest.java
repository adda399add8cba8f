package dev.flops.bench.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.Parameters;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ParametersDigestTest {
    @Test
    void trainedValuesInTheOrderOfTheirNamesLittleEndian() throws NoSuchAlgorithmException {
        Parameters.Builder builder = Parameters.builder();
        builder.add("b", 1);
        builder.add("frozen", 1);
        builder.add("a", 2);
        Parameters parameters = builder.build().select(name -> !name.equals("frozen"));
        System.arraycopy(new float[] {1, 9, 2, -0f}, 0, parameters.values(), 0, 4);

        // a = (2, -0), then b = (1)
        byte[] expected = HexFormat.of().parseHex("00000040" + "00000080" + "0000803f");
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(expected));
        assertThat(ParametersDigest.sha256(parameters)).isEqualTo(digest);
    }
}
