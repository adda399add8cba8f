package dev.flops.models.data.image;

import dev.flops.models.data.InvalidDataException;
import java.io.ByteArrayOutputStream;

/**
 * Checks the head of a JPEG file (ISO/IEC 10918-1) before a decoder sees it: the lengths of the segments and the frame header, in
 * which a small file may not claim a large picture. Segments that pixels do not need are dropped: comments, thumbnails,
 * profiles, all applications but the two that say what the colours mean.
 */
final class JpegFile {
    static final int SIGNATURE = 0xFFD8;

    /** No picture has more pixels per byte: a block of 64 takes a bit at least, and with halved colours four of them share one. */
    private static final int MAX_PIXELS_PER_BYTE = 1024;

    private static final int MAX_SCANS = 100;
    private static final int MARKER = 0xFF;
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP0 = 0xE0;
    private static final int JFIF_LENGTH = 16;
    private static final int APP14 = 0xEE;
    private static final int ADOBE_LENGTH = 14;

    private final String source;
    private final byte[] file;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean frame;

    private JpegFile(String source, byte[] file) {
        this.source = source;
        this.file = file;
    }

    /** The file without what pixels do not need. */
    static byte[] checked(String source, byte[] file) {
        JpegFile jpeg = new JpegFile(source, file);
        jpeg.readSegments();
        return jpeg.kept.toByteArray();
    }

    private void readSegments() {
        require(file.length > 2 && word(0) == SIGNATURE, 0, "signature", "that of JPEG");
        kept.write(file, 0, 2);
        int at = 2;
        while (true) {
            require(at + 4 <= file.length && (file[at] & MARKER) == MARKER, at, "no segment", "a marker and a length");
            int marker = file[at + 1] & 0xFF;
            if (marker == MARKER) {
                at++;
                continue;
            }
            int length = word(at + 2);
            boolean standalone = marker <= 1 || (marker >= 0xD0 && marker <= 0xD9);
            require(!standalone && length >= 2, at, "marker " + marker, "a segment with a length");
            require(length <= file.length - at - 2, at, "segment of " + length + " bytes", "room for it");
            if (marker == START_OF_SCAN) {
                require(frame, at, "a scan", "a frame header before it");
                requireFewScans(at);
                kept.write(file, at, file.length - at);
                return;
            }
            if (accept(marker, at, length)) {
                kept.write(file, at, length + 2);
            }
            at += length + 2;
        }
    }

    /** Whether pixels need the segment. */
    private boolean accept(int marker, int at, int length) {
        return switch (marker) {
            case 0xC0, 0xC1, 0xC2 -> {
                readFrame(at, length);
                yield true;
            }
            // Tables of Huffman codes and of quantisation, restart interval.
            case 0xC4, 0xDB, 0xDD -> true;
            case APP0 -> length == JFIF_LENGTH;
            case APP14 -> length == ADOBE_LENGTH;
            default -> {
                boolean dropped = (marker & 0xF0) == 0xE0 || marker == 0xFE;
                require(dropped, at, "marker " + marker, "baseline or progressive, Huffman-coded JPEG");
                yield false;
            }
        };
    }

    private void readFrame(int at, int length) {
        require(!frame && length >= 8, at, "frame header of " + length + " bytes", "one of 8 or more");
        frame = true;
        int height = word(at + 5);
        int width = word(at + 7);
        int components = file[at + 9] & 0xFF;
        long most = Math.min(Picture.MAX_PIXELS, (long) MAX_PIXELS_PER_BYTE * file.length);
        boolean fits = height > 0 && width > 0 && (long) height * width <= most;
        require(fits, at + 5, "size = " + width + " x " + height, "1 to " + most + " pixels");
        require(file[at + 4] == 8, at + 4, "bits per sample = " + file[at + 4], "8");
        require(
                (components == 1 || components == 3) && length == 8 + 3 * components,
                at + 9,
                "components = " + components,
                "1 or 3");
    }

    private void requireFewScans(int first) {
        int scans = 0;
        for (int i = first; i + 1 < file.length; i++) {
            scans += word(i) == (MARKER << 8 | START_OF_SCAN) ? 1 : 0;
        }
        require(scans <= MAX_SCANS, first, "scans = " + scans, "at most " + MAX_SCANS);
    }

    private int word(int at) {
        return (file[at] & 0xFF) << 8 | (file[at + 1] & 0xFF);
    }

    private void require(boolean holds, long at, String found, String wanted) {
        if (!holds) {
            throw new InvalidDataException(source, at, found, wanted);
        }
    }
}
