import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the generated kernels: {@code java GenerateKernels.java SOURCE_DIR OUTPUT_DIR}. */
final class GenerateKernels {
    private GenerateKernels() {}

    static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("arguments = " + args.length + ", expected SOURCE_DIR OUTPUT_DIR");
        }
        Files.createDirectories(Path.of(args[1]));
    }
}
