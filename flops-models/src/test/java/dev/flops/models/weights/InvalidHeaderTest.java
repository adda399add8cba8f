package dev.flops.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.models.data.InvalidDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidHeaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Offsets; the data has 16 bytes.
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|begin of tensor b = 4, expected 8",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}|begin of tensor b = 8, expected 4",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|begin of tensor b = 0",
                "{'a':{'dtype':'F32','shape':[5],'data_offsets':[0,20]}}|data of 16 bytes, expected 20",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}|data of 16 bytes, expected 12",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[16,0]}}|data_offsets of tensor a",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,8]}}|expected 16 bytes for shape [4] of F32",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[-16,0]}}|begin of tensor a = -16",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0.5,16]}}|begin of tensor a = 0.5",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0]}}|expected [begin, end]",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,9223372036854775807]}}|data_offsets of tensor a",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,92233720368547758070]}}|end of tensor a",
                "{}|data of 16 bytes, expected 0",
                // Shapes.
                "{'a':{'dtype':'F32','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,16]}}|elements",
                "{'a':{'dtype':'F32','shape':[9223372036854775807,4],'data_offsets':[0,16]}}|elements",
                "{'a':{'dtype':'F32','shape':[0,4294967296],'data_offsets':[0,16]}}|elements",
                "{'a':{'dtype':'F32','shape':[-4],'data_offsets':[0,16]}}|extent of tensor a = -4",
                "{'a':{'dtype':'F32','shape':['4'],'data_offsets':[0,16]}}|extent of tensor a = 4",
                "{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,4],'data_offsets':[0,16]}}|rank of tensor a = 9",
                // Entries.
                "{'a':{'dtype':'I32','shape':[2],'data_offsets':[0,8]}}|dtype of tensor a = I32",
                "{'a':{'shape':[4],'data_offsets':[0,16]}}|entry of tensor a",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16],'more':1}}|entry of tensor a",
                "{'a':[]}|entry of tensor a",
                "{'a':null}|entry of tensor a",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]},'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}|a key not used before",
                "{'a':{'dtype':'F32','dtype':'F32','shape':[4],'data_offsets':[0,16]}}|a key not used before",
                "{'__metadata__':{'a':1}}|__metadata__.a = 1",
                "{'__metadata__':[]}|__metadata__ = []",
                // JSON.
                "[]|a JSON object",
                "{'a'|more JSON",
                "{'a':}|a JSON value",
                "{'a':tru}|a JSON value",
                "{'a':01}|leading zero",
                "{'a':1.}|a digit",
                "{'a':-}|a JSON value",
                "{'a':1e}|a digit",
                "{'a':[1,]}|a JSON value",
                "{'a':1,}|a key",
                "{'a' 1}|':'",
                "{'a\\x':1}|an escape",
                "{'\\uD800':1}|paired surrogates",
                "{'\\uDC00':1}|paired surrogates",
                "{'\\uD800a':1}|paired surrogates",
                "{'\\u12g4':1}|hexadecimal",
                "{'a\tb':1}|a character of a string",
                "{}x|the end of the JSON text",
                "{'a':[[[[[[[[[[]]]]]]]]]]}|nesting of at most 8",
                "{'a':1234567890123456789012345678901234567890}|32 characters",
            })
    void isRefused(String json, String message) {
        byte[] file = WeightFiles.file(json.replace('\'', '"'), 16);
        assertThatThrownBy(() -> WeightFiles.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("test.safetensors, byte ")
                .hasMessageContaining(message.replace('\'', json.contains("'a' 1") ? '\'' : '"'));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0, 1, 25, 1L << 32, (4 << 20) + 1})
    void aHeaderLengthThatCannotBe(long length) {
        ByteBuffer file = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        assertThatThrownBy(() -> WeightFiles.read(file.array()))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("header length = " + Long.toUnsignedString(length));
    }

    @Test
    void aFileOfEveryLengthThatIsTooShort() {
        byte[] whole = WeightFiles.file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 16);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> WeightFiles.read(cut)).isInstanceOf(InvalidDataException.class);
        }
        assertThatThrownBy(() -> WeightFiles.read(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(InvalidDataException.class);
        assertThatCode(() -> WeightFiles.read(whole)).doesNotThrowAnyException();
    }

    @Test
    void jsonThatIsNotUtf8() {
        byte[] file = WeightFiles.file("{\"a\":1}", 0);
        file[10] = (byte) 0xFF;
        assertThatThrownBy(() -> WeightFiles.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("UTF-8");
    }

    /** As deep as a header may be long: no stack overflow. */
    @Test
    void nestingAsDeepAsAHeaderIsLong() {
        byte[] file = WeightFiles.file("{\"a\":" + "[".repeat(500_000), 0);
        assertThatThrownBy(() -> WeightFiles.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("nesting");
    }

    @Test
    void messagesStayShort() {
        byte[] file = WeightFiles.file("{\"" + "n".repeat(100_000) + "\":{}}", 0);
        assertThatThrownBy(() -> WeightFiles.read(file))
                .isInstanceOfSatisfying(
                        InvalidDataException.class,
                        e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @Test
    void aStreamThatIsTooLong() {
        byte[] file = WeightFiles.file("{}", 0);
        assertThatThrownBy(() -> SafetensorsFile.read(new java.io.ByteArrayInputStream(file), "long", file.length - 1))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("at most " + (file.length - 1));
    }
}
