package dev.flops.models.data.image;

import dev.flops.models.data.InvalidDataException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Checks a PNG file (ISO/IEC 15948) before a decoder sees it: signature, lengths, checksums and order of the chunks, the fields of
 * the header, and that the compressed pixels have exactly the size that the header says, which needs no memory for them. Only
 * the chunks that pixels are made of are handed on: header, palette, pixels, end.
 */
final class PngFile {
    static final long SIGNATURE = 0x89504E470D0A1A0AL;

    private static final int FRAME = 12;
    private static final int HEADER_LENGTH = 13;
    private static final int PALETTE = 3;
    /** First row and column, and the steps between rows and columns, of the seven passes of an interlaced file. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private final String source;
    private final ByteBuffer file;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Inflater inflater = new Inflater();
    private long expected;
    private long inflated;
    private int colourType;
    private boolean palette;
    private boolean pixels;

    private PngFile(String source, byte[] bytes) {
        this.source = source;
        this.file = ByteBuffer.wrap(bytes);
    }

    /** The file without what pixels do not need. */
    static byte[] checked(String source, byte[] bytes) {
        PngFile png = new PngFile(source, bytes);
        try {
            png.readChunks();
            return png.kept.toByteArray();
        } finally {
            png.inflater.end();
        }
    }

    private void readChunks() {
        require(file.remaining() >= Long.BYTES && file.getLong() == SIGNATURE, 0, "signature", "that of PNG");
        kept.write(file.array(), 0, Long.BYTES);
        String type = "";
        while (!type.equals("IEND")) {
            int at = file.position();
            require(file.remaining() >= FRAME, at, "end of the file", "a chunk");
            int length = file.getInt();
            require(length >= 0 && length <= file.remaining() - 8, at, "chunk length = " + length, "room for it");
            type = new String(file.array(), at + 4, 4, StandardCharsets.ISO_8859_1);
            CRC32 crc = new CRC32();
            crc.update(file.array(), at + 4, length + 4);
            require(file.getInt(at + 8 + length) == (int) crc.getValue(), at, "checksum of a chunk", "its own");
            require((at == Long.BYTES) == type.equals("IHDR"), at, "chunk " + printable(type), "IHDR first, once");
            if (accept(type, at, length)) {
                kept.write(file.array(), at, FRAME + length);
            }
            file.position(at + FRAME + length);
        }
        require(!file.hasRemaining(), file.position(), "bytes after IEND", "the end of the file");
        require(pixels && inflater.finished(), file.position(), "end of the pixels", "compressed data to its end");
        require(inflated == expected, file.position(), "pixels of " + inflated + " bytes", expected + " bytes");
    }

    /** Whether pixels need the chunk. */
    private boolean accept(String type, int at, int length) {
        switch (type) {
            case "IHDR" -> {
                require(length == HEADER_LENGTH, at, "header of " + length + " bytes", "13");
                readHeader(at);
            }
            case "PLTE" -> {
                boolean fits = length > 0 && length <= 3 * 256 && length % 3 == 0;
                require(fits && !palette && !pixels, at, "palette of " + length + " bytes", "one, before the pixels");
                palette = true;
            }
            case "IDAT" -> {
                require(palette || colourType != PALETTE, at, "pixels", "a palette before them");
                pixels = true;
                inflate(at, length);
            }
            case "IEND" -> require(length == 0, at, "IEND of " + length + " bytes", "0");
            default -> {
                // A capital first letter: a chunk without which the picture is not what it seems.
                require((type.charAt(0) & 0x20) != 0, at, "chunk " + printable(type), "IHDR, PLTE, IDAT or IEND");
                return false;
            }
        }
        return true;
    }

    private void readHeader(int at) {
        int width = file.getInt(at + 8);
        int height = file.getInt(at + 12);
        boolean fits = width > 0 && height > 0 && (long) width * height <= Picture.MAX_PIXELS;
        require(fits, at + 8, "size = " + width + " x " + height, "1 to " + Picture.MAX_PIXELS + " pixels");
        int depth = file.get(at + 16);
        colourType = file.get(at + 17);
        int samples = samples(at, depth);
        boolean plain = file.get(at + 18) == 0 && file.get(at + 19) == 0;
        int interlace = file.get(at + 20);
        require(plain && (interlace | 1) == 1, at + 18, "compression, filter or interlacing", "0, 0 and 0 or 1");
        for (int[] pass : interlace == 0 ? WHOLE : PASSES) {
            long rows = ((long) height - pass[0] + pass[2] - 1) / pass[2];
            long columns = ((long) width - pass[1] + pass[3] - 1) / pass[3];
            if (rows > 0 && columns > 0) {
                expected += rows * (1 + (columns * samples * depth + 7) / 8);
            }
        }
    }

    /** Samples per pixel. */
    private int samples(int at, int depth) {
        boolean known = Integer.bitCount(depth) == 1 && depth > 0 && depth <= 16;
        int samples = switch (colourType) {
            case 0 -> 1;
            case 2 -> depth >= 8 ? 3 : 0;
            case PALETTE -> depth <= 8 ? 1 : 0;
            case 4 -> depth >= 8 ? 2 : 0;
            case 6 -> depth >= 8 ? 4 : 0;
            default -> 0;
        };
        require(
                known && samples > 0,
                at + 16,
                "bit depth, colour type = " + depth + ", " + colourType,
                "a combination of the standard");
        return samples;
    }

    private void inflate(int at, int length) {
        byte[] sink = new byte[8192];
        inflater.setInput(file.array(), at + 8, length);
        try {
            while (!inflater.needsInput() && !inflater.finished()) {
                inflated += inflater.inflate(sink);
                require(inflated <= expected, at, "pixels of more than " + expected + " bytes", expected + " bytes");
                require(!inflater.needsDictionary(), at, "a preset dictionary", "none");
            }
        } catch (DataFormatException e) {
            InvalidDataException invalid = invalid(at, "compressed pixels = " + e.getMessage(), "zlib data");
            invalid.initCause(e);
            throw invalid;
        }
        require(!inflater.finished() || inflater.getRemaining() == 0, at, "bytes after the pixels", "none");
    }

    private static String printable(String type) {
        return type.chars().allMatch(c -> c > ' ' && c < 0x7F) ? type : "of an unprintable name";
    }

    private void require(boolean holds, long at, String found, String wanted) {
        if (!holds) {
            throw invalid(at, found, wanted);
        }
    }

    private InvalidDataException invalid(long at, String found, String wanted) {
        return new InvalidDataException(source, at, found, wanted);
    }
}
