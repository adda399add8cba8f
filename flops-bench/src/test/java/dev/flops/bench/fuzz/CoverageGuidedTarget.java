package dev.flops.bench.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the coverage-guided fuzzer calls: it gives its bytes to the reader that the property {@value #READER} names, watched by a
 * {@link Judge}. The first byte says whether the others are a file or the content of one, which is framed rightly then: what a mutation
 * reaches is not lost to a length or a digest.
 */
public final class CoverageGuidedTarget {
    /** Property: name of the reader. */
    static final String READER = "flops.fuzz.reader";

    /** Property: a folder for the files of readers that take a path. */
    static final String FOLDER = "flops.fuzz.folder";

    /** A multiple of it as the first byte says that the others are a file. */
    private static final int WHOLE_FILE = 4;

    private static CoverageGuidedTarget target;

    private final FuzzedReader reader;
    private final Judge judge;

    private CoverageGuidedTarget(FuzzedReader reader) {
        this.reader = reader;
        this.judge = new Judge(reader);
    }

    /** Called once, before all inputs. */
    public static void fuzzerInitialize() throws Exception {
        String name = System.getProperty(READER);
        FuzzedReader reader = Readers.all(Path.of(System.getProperty(FOLDER))).stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(READER + " = " + name + ", expected a reader"));
        target = new CoverageGuidedTarget(reader);
        target.judge.requireValidFilesAccepted();
    }

    /** Called with each input; what it throws is a finding. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length > 0) {
            target.judge.accepts(file(target.reader, input));
        }
    }

    private static byte[] file(FuzzedReader reader, byte[] input) {
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        return input[0] % WHOLE_FILE == 0 ? rest : reader.framing().frame(rest, new SplittableRandom(input[0]));
    }

    /** Writes the inputs that mutations begin with: each valid content, to be framed and framed already. */
    static void writeSeeds(FuzzedReader reader, Path folder) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        for (byte[] content : reader.contents()) {
            for (byte first = 1; first < WHOLE_FILE; first++) {
                inputs.add(withFirst(first, content));
                inputs.add(withFirst((byte) 0, file(reader, withFirst(first, content))));
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(folder.resolve("seed-" + i), inputs.get(i));
        }
    }

    private static byte[] withFirst(byte first, byte[] rest) {
        byte[] input = new byte[1 + rest.length];
        input[0] = first;
        System.arraycopy(rest, 0, input, 1, rest.length);
        return input;
    }
}
