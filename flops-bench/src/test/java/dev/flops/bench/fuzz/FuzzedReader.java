package dev.flops.bench.fuzz;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A reader of untrusted bytes, and what is needed to give it bytes that it nearly accepts.
 *
 * @param name of the format
 * @param contents valid contents, from which mutations start
 * @param framing makes a file of a content
 * @param parser reads a file whole
 * @param documented the exceptions with which it may refuse a file
 */
record FuzzedReader(
        String name,
        List<byte[]> contents,
        Framing framing,
        Parser parser,
        Set<Class<? extends Exception>> documented) {

    /** Lengths, checksums, compression: what must be right before a reader looks at the content at all. */
    interface Framing {
        Framing NONE = (content, random) -> content;

        byte[] frame(byte[] content, SplittableRandom random);
    }

    /** Reads a file whole, values included. */
    interface Parser {
        void parse(byte[] file) throws Exception;
    }

    /** One mutated file: the content is damaged and framed rightly, or the file as a whole is damaged. */
    byte[] mutant(Mutator mutator, SplittableRandom random) {
        byte[] content = contents.get(random.nextInt(contents.size()));
        return random.nextInt(4) == 0
                ? mutator.mutate(framing.frame(content, random), random)
                : framing.frame(mutator.mutate(content, random), random);
    }

    /** Whether the reader accepts a file; throws what is not documented. */
    boolean accepts(byte[] file) throws Exception {
        try {
            parser.parse(file);
            return true;
        } catch (Exception e) {
            if (!documented.contains(e.getClass())) {
                throw e;
            }
            String message = String.valueOf(e.getMessage());
            if (message.length() > Judge.LONGEST_MESSAGE) {
                throw new AssertionError("message of " + message.length() + " characters", e);
            }
            return false;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
