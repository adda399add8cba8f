import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
 *   <li>For each width, the tiles of the matrix product: {@code Vector<width>Tiles}.
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

    /**
     * The tiles of the matrix product for one vector width: tile r × v holds r rows of v vectors in r·v local
     * variables (the compiler keeps locals in registers, elements of arrays not) and has neither branch nor mask.
     */
    private static final class TileSource {
        private static final String PARAMETERS = "int k, float[] a, int aOffset, int lda, float[] b, int bOffset,"
                + " float[] start, int startOffset, float[] bias, int biasOffset, float[] to, int toOffset, int ldTo";
        private static final String ARGUMENTS =
                "k, a, aOffset, lda, b, bOffset, start, startOffset, bias, biasOffset," + " to, toOffset, ldTo";

        /**
         * Rows of the highest tile. Each row has an address of its own in a general register; with more than 8 of
         * them the compiler parks addresses in vector registers, which costs 10 % of the speed.
         */
        private static final int MAX_ROWS = 6;

        private final StringBuilder out = new StringBuilder();
        private final int lanes;
        private final int maxVectors;

        private TileSource(int bits, int maxVectors) {
            this.lanes = bits / Float.SIZE;
            this.maxVectors = maxVectors;
        }

        static String of(int bits, int maxVectors) {
            TileSource source = new TileSource(bits, maxVectors);
            source.header(bits);
            source.dispatch();
            for (int vectors = 1; vectors <= maxVectors; vectors++) {
                source.dispatch(vectors);
                for (int rows = 1; rows <= MAX_ROWS; rows++) {
                    source.tile(rows, vectors);
                }
            }
            source.transpose();
            source.line("}");
            return source.out.toString();
        }

        private void header(int bits) {
            out.append("""
                    // Generated by GenerateKernels.
                    package dev.flops.tensor.internal.kernel;

                    import jdk.incubator.vector.FloatVector;
                    import jdk.incubator.vector.VectorMask;
                    import jdk.incubator.vector.VectorShuffle;
                    import jdk.incubator.vector.VectorSpecies;

                    /**
                     * Tiles of the matrix product: to[i, j] = (chain over p of fma(a[i, p], b[p, j], start[i, j])) + bias[j].
                     * Rows of a and to are lda and ldTo apart, those of b and start are as long as the tile is wide.
                     */
                    final class Vector%dTiles {
                        /** Rows of the highest tile. */
                        static final int MAX_ROWS = %d;

                        /** Vectors of the widest tile. */
                        static final int MAX_VECTORS = %d;

                        private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_%d;

                        private Vector%dTiles() {}
                    """.formatted(bits, MAX_ROWS, maxVectors, bits, bits));
        }

        private void dispatch() {
            line("");
            line("    /** A tile of 1 to MAX_ROWS rows and 1 to MAX_VECTORS vectors. */");
            line("    static void tile(int rows, int vectors, " + PARAMETERS + ") {");
            line("        switch (vectors) {");
            for (int vectors = 1; vectors <= maxVectors; vectors++) {
                line("            case %d -> tileOf%d(rows, %s);".formatted(vectors, vectors, ARGUMENTS));
            }
            line("            default -> throw new AssertionError(vectors);");
            line("        }");
            line("    }");
        }

        private void dispatch(int vectors) {
            line("");
            line("    private static void tileOf" + vectors + "(int rows, " + PARAMETERS + ") {");
            line("        switch (rows) {");
            for (int rows = 1; rows <= MAX_ROWS; rows++) {
                line("            case %d -> tile%dx%d(%s);".formatted(rows, rows, vectors, ARGUMENTS));
            }
            line("            default -> throw new AssertionError(rows);");
            line("        }");
            line("    }");
        }

        private void tile(int rows, int vectors) {
            line("");
            line("    private static void tile%dx%d(%s) {".formatted(rows, vectors, PARAMETERS));
            each(
                    rows,
                    vectors,
                    (r, v) -> "        FloatVector c%d_%d = FloatVector.fromArray(SPECIES, start, startOffset%s);"
                            .formatted(r, v, plus((r * vectors + v) * lanes)));
            for (int r = 0; r < rows; r++) {
                line("        int a%d = aOffset%s;".formatted(r, times(r, "lda")));
            }
            line("        for (int p = 0; p < k; p++) {");
            for (int v = 0; v < vectors; v++) {
                line("            FloatVector b%d = FloatVector.fromArray(SPECIES, b, bOffset + p * %d%s);"
                        .formatted(v, vectors * lanes, plus(v * lanes)));
            }
            for (int r = 0; r < rows; r++) {
                line("            FloatVector x%d = FloatVector.broadcast(SPECIES, a[a%d + p]);".formatted(r, r));
                for (int v = 0; v < vectors; v++) {
                    line("            c%d_%d = x%d.fma(b%d, c%d_%d);".formatted(r, v, r, v, r, v));
                }
            }
            line("        }");
            for (int v = 0; v < vectors; v++) {
                line("        FloatVector bias%d = FloatVector.fromArray(SPECIES, bias, biasOffset%s);"
                        .formatted(v, plus(v * lanes)));
            }
            each(
                    rows,
                    vectors,
                    (r, v) -> "        c%d_%d.add(bias%d).intoArray(to, toOffset%s%s);"
                            .formatted(r, v, v, times(r, "ldTo"), plus(v * lanes)));
            line("    }");
        }

        /** Square transposition: for each bit s of the lane number, rows r and r + s exchange their off-diagonal blocks. */
        private void transpose() {
            for (int s = 1; s < lanes; s *= 2) {
                line("");
                line(
                        "    private static final VectorShuffle<Float> SWAP%d = VectorShuffle.fromOp(SPECIES, lane -> lane ^ %d);"
                                .formatted(s, s));
                line("    private static final VectorMask<Float> ODD%d = VectorMask.fromLong(SPECIES, %dL);"
                        .formatted(s, oddLanes(s)));
            }
            line("");
            line("    /** to[j, i] = from[i, j] for a square of as many rows and columns as a vector has lanes. */");
            line(
                    "    static void transpose(float[] from, int fromOffset, int ldFrom, float[] to, int toOffset, int ldTo) {");
            each(
                    lanes,
                    1,
                    (r, v) -> "        FloatVector s0_%d = FloatVector.fromArray(SPECIES, from, fromOffset%s);"
                            .formatted(r, times(r, "ldFrom")));
            transposeRows();
            line("");
            line("    /** As transpose, of fma(scale, noise[i, j], from[i, j]). */");
            line("    static void transposePerturbed(float[] from, int fromOffset, int ldFrom, float[] noise,"
                    + " int noiseOffset, int ldNoise, float scale, float[] to, int toOffset, int ldTo) {");
            line("        FloatVector factor = FloatVector.broadcast(SPECIES, scale);");
            each(
                    lanes,
                    1,
                    (r, v) ->
                            ("        FloatVector s0_%d = factor.fma(FloatVector.fromArray(SPECIES, noise, noiseOffset%s),"
                                            + " FloatVector.fromArray(SPECIES, from, fromOffset%s));")
                                    .formatted(r, times(r, "ldNoise"), times(r, "ldFrom")));
            transposeRows();
        }

        /** The rest of a method that holds the rows in s0_0, s0_1, ... */
        private void transposeRows() {
            int before = 0;
            for (int s = 1; s < lanes; s *= 2) {
                for (int r = 0; r < lanes; r++) {
                    String own = "s%d_%d".formatted(before, r);
                    String other = "s%d_%d.rearrange(SWAP%d)".formatted(before, r ^ s, s);
                    line(
                            (r & s) == 0
                                    ? "        FloatVector s%d_%d = %s.blend(%s, ODD%d);".formatted(s, r, own, other, s)
                                    : "        FloatVector s%d_%d = %s.blend(%s, ODD%d);"
                                            .formatted(s, r, other, own, s));
                }
                before = s;
            }
            int last = before;
            each(lanes, 1, (r, v) -> "        s%d_%d.intoArray(to, toOffset%s);".formatted(last, r, times(r, "ldTo")));
            line("    }");
        }

        private long oddLanes(int s) {
            return IntStream.range(0, lanes)
                    .filter(lane -> (lane & s) != 0)
                    .mapToLong(lane -> 1L << lane)
                    .sum();
        }

        private void each(int rows, int vectors, Statement statement) {
            IntStream.range(0, rows).forEach(r -> IntStream.range(0, vectors).forEach(v -> line(statement.of(r, v))));
        }

        private void line(String text) {
            out.append(text).append('\n');
        }

        private static String times(int factor, String stride) {
            return switch (factor) {
                case 0 -> "";
                case 1 -> " + " + stride;
                default -> " + " + factor + " * " + stride;
            };
        }

        private static String plus(int offset) {
            return offset == 0 ? "" : " + " + offset;
        }

        private interface Statement {
            String of(int row, int vector);
        }
    }
}
