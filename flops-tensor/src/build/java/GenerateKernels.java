import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes the kernel sources that are not worth writing by hand. Run in the generate-sources phase as
 *
 * <pre>
 *   java GenerateKernels.java (source folder of the main code) (output folder)
 * </pre>
 *
 * <ul>
 *   <li>Every master class {@code Vector512*.java}, written for vectors of 512 bits, is copied for 256 and 128 bits by
 *       replacing the text 512. So a master says "512" only where it means the width, and derives every count from the
 *       length of its species.
 *   <li>For each width, the tiles of the matrix product, {@code Vector<width>Tiles}, and those of the convolution,
 *       {@code Vector<width>WindowTiles} with channels in the lanes and {@code Vector<width>PositionTiles} with positions.
 * </ul>
 *
 * A file is written only when its text changes, so that incremental builds stay incremental, and deleted when its
 * master is gone.
 */
final class GenerateKernels {
    private static final String MASTER = "512";
    private static final List<String> COPIES = List.of("256", "128");

    private GenerateKernels() {}

    /** Generates everything; {@code args} = source folder, output folder. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "args = " + List.of(args) + ", expected <source folder> <output folder>");
        }
        Path sources = Path.of(args[0]);
        Path output = Path.of(args[1]);
        Map<Path, String> files = new HashMap<>();
        copyMasters(sources, output, files);
        Path kernels = output.resolve("dev/flops/tensor/internal/kernel");
        // Up to 24 accumulators where 512-bit vectors, hence 32 registers, exist; 12 where there may be only 16
        // registers.
        files.put(kernels.resolve("Vector512Tiles.java"), TileSource.of(512, 4));
        files.put(kernels.resolve("Vector256Tiles.java"), TileSource.of(256, 2));
        files.put(kernels.resolve("Vector128Tiles.java"), TileSource.of(128, 2));
        files.put(kernels.resolve("Vector512WindowTiles.java"), WindowTileSource.of(512, 16, 8, 8, 6));
        files.put(kernels.resolve("Vector256WindowTiles.java"), WindowTileSource.of(256, 8, 6));
        files.put(kernels.resolve("Vector128WindowTiles.java"), WindowTileSource.of(128, 8, 6));
        files.put(kernels.resolve("Vector512PositionTiles.java"), PositionTileSource.of(512, 8));
        files.put(kernels.resolve("Vector256PositionTiles.java"), PositionTileSource.of(256, 4));
        files.put(kernels.resolve("Vector128PositionTiles.java"), PositionTileSource.of(128, 4));
        write(output, files);
    }

    private static void copyMasters(Path sources, Path output, Map<Path, String> files) throws IOException {
        List<Path> masters;
        try (Stream<Path> walk = Files.walk(sources)) {
            masters = walk.filter(file -> file.getFileName().toString().matches("Vector" + MASTER + ".*\\.java"))
                    .sorted()
                    .toList();
        }
        for (Path master : masters) {
            Path folder = output.resolve(sources.relativize(master)).getParent();
            String name = master.getFileName().toString();
            String text = Files.readString(master);
            for (String width : COPIES) {
                String header = "// Generated from " + name + ".\n";
                files.put(folder.resolve(name.replace(MASTER, width)), header + text.replace(MASTER, width));
            }
        }
    }

    /** Makes the output folder hold exactly these files: what an earlier run left of a master since removed goes. */
    private static void write(Path output, Map<Path, String> files) throws IOException {
        Files.createDirectories(output);
        List<Path> present;
        try (Stream<Path> walk = Files.walk(output)) {
            present = walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path file : present) {
            if (!files.containsKey(file)) {
                Files.delete(file);
            }
        }
        for (Map.Entry<Path, String> file : files.entrySet()) {
            if (!present.contains(file.getKey())
                    || !Files.readString(file.getKey()).equals(file.getValue())) {
                Files.createDirectories(file.getKey().getParent());
                Files.writeString(file.getKey(), file.getValue());
            }
        }
    }
}
