package dev.flops.models.data;

import static dev.flops.models.data.IdxBytes.SOURCE;
import static dev.flops.models.data.IdxBytes.counting;
import static dev.flops.models.data.IdxBytes.gzip;
import static dev.flops.models.data.IdxBytes.gzipWithAllFields;
import static dev.flops.models.data.IdxBytes.idx;
import static dev.flops.models.data.IdxBytes.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Random damage: a reader either throws the documented exception or returns exactly what the bytes say, judged by an
 * independent decompressor and by writing the result again.
 */
class IdxFuzzTest {
    private static final int INPUTS = Integer.getInteger("flops.fuzz.inputs", 100_000);
    private static final int[] EXTENTS = {
        0, 1, 2, 3, 255, 256, 1 << 15, 1 << 16, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1
    };
    private static final List<byte[]> ORIGINALS = List.of(
            counting(10, 12),
            counting(256, 12, 2, 2),
            counting(256, 3, 2, 2, 3),
            gzip(counting(10, 12)),
            gzip(counting(256, 12, 2, 2)),
            gzip(idx(new int[] {50, 100}, new byte[5000])),
            gzipWithAllFields(counting(256, 12, 2, 2), Deflater.NO_COMPRESSION, 3),
            gzipWithAllFields(counting(7, 40, 3), Deflater.BEST_COMPRESSION, 9));
    /** No input, and no content of one, is longer: the place of a fault lies below. */
    private static final int LARGEST = 100_000;

    private static final IdxArray IMAGES = read(counting(256, 12, 2, 2));
    private static final IdxArray LABELS = read(counting(10, 12));

    @Test
    void damageIsNoticedOrHarmless() {
        SplittableRandom random = new SplittableRandom(20250419);
        int accepted = 0;
        int joined = 0;
        for (int input = 0; input < INPUTS; input++) {
            byte[] file = ORIGINALS.get(input % ORIGINALS.size()).clone();
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                file = damage(file, random);
            }
            try {
                IdxArray array = read(file);
                accepted++;
                if (!Arrays.equals(idx(array.shape(), array.values()), decompressed(file))) {
                    throw new AssertionError("the array is not what the file holds");
                }
                joined += joins(array, LABELS) + joins(IMAGES, array);
            } catch (InvalidDataException e) {
                if (!e.source().equals(SOURCE) || e.offset() < 0 || e.offset() > LARGEST) {
                    throw new AssertionError(
                            "input " + input + " = " + HexFormat.of().formatHex(file), e);
                }
            } catch (RuntimeException | IOException | AssertionError e) {
                throw new AssertionError(
                        "input " + input + " = " + HexFormat.of().formatHex(file), e);
            }
        }
        // Not vacuous: some inputs survive, most do not.
        assertThat(accepted).isBetween(INPUTS / 100, INPUTS / 2);
        assertThat(joined).isBetween(INPUTS / 1000, accepted);
    }

    private static int joins(IdxArray images, IdxArray labels) {
        try {
            IdxDataset joined = IdxDataset.of(images, labels, 10, Normalization.none());
            float[] features = new float[joined.exampleLength()];
            for (int i = 0; i < joined.size(); i++) {
                joined.readInto(i, features, 0);
                if (joined.label(i) < 0 || joined.label(i) > 9) {
                    throw new AssertionError("label " + joined.label(i));
                }
            }
            return 1;
        } catch (InvalidDataException e) {
            return 0;
        }
    }

    private static byte[] decompressed(byte[] file) throws IOException {
        if (file[0] == 0) {
            return file;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static byte[] damage(byte[] file, SplittableRandom random) {
        if (file.length == 0) {
            return file;
        }
        int at = random.nextInt(file.length);
        switch (random.nextInt(7)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt(256);
            case 2 -> file[random.nextInt(Math.min(file.length, 20))] = (byte) random.nextInt(17);
            case 3 -> putExtent(file, 4 + 4 * random.nextInt(4), EXTENTS[random.nextInt(EXTENTS.length)]);
            case 4 -> {
                return Arrays.copyOf(file, at);
            }
            case 5 -> {
                return Arrays.copyOf(file, file.length + 1 + random.nextInt(4));
            }
            default -> {
                // Repeats a stretch of the file in place: inserts what stood there.
                byte[] longer = Arrays.copyOf(file, file.length + Math.min(8, file.length - at));
                System.arraycopy(file, at, longer, at + longer.length - file.length, file.length - at);
                return longer;
            }
        }
        return file;
    }

    private static void putExtent(byte[] file, int offset, int extent) {
        for (int i = 0; i < 4 && offset + i < file.length; i++) {
            file[offset + i] = (byte) (extent >>> (24 - 8 * i));
        }
    }
}
