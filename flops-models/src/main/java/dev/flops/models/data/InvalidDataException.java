package dev.flops.models.data;

/**
 * Thrown when the content of a data file is not what its format or its use requires: wrong magic number, unsupported
 * type, sizes over the limits, truncation, trailing bytes, a label outside its range, files that do not belong
 * together.
 *
 * <p>Only content is reported this way. A failure to read at all (a missing file, a broken disk) stays an
 * {@link java.io.IOException}.
 */
public final class InvalidDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Texts come from the data: none may flood a message. */
    private static final int LONGEST = 200;

    /** Name of the data. */
    private final String source;

    /** Where the fault is. */
    private final long offset;

    /** What was found. */
    private final String found;

    /** What was expected. */
    private final String expected;

    /**
     * Creates the exception; its message is {@code source, byte offset: found, expected expected}, both texts cut after
     * {@value #LONGEST} characters.
     *
     * @param source name of the file or stream
     * @param offset position of the fault in bytes from the start: in the decompressed content, or in the file itself
     *     when the compression is at fault
     * @param found what stands there, as {@code name = value}
     * @param expected what should stand there
     */
    public InvalidDataException(String source, long offset, String found, String expected) {
        super(source + ", byte " + offset + ": " + cut(found) + ", expected " + cut(expected));
        this.source = source;
        this.offset = offset;
        this.found = cut(found);
        this.expected = cut(expected);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * Name of the file or stream.
     *
     * @return the name that its reader was given
     */
    public String source() {
        return source;
    }

    /**
     * Position of the fault.
     *
     * @return bytes from the start of the decompressed content, or of the file when the compression is at fault
     */
    public long offset() {
        return offset;
    }

    /**
     * What was found.
     *
     * @return a description of the form {@code name = value}
     */
    public String found() {
        return found;
    }

    /**
     * What was expected instead.
     *
     * @return a description
     */
    public String expected() {
        return expected;
    }
}
