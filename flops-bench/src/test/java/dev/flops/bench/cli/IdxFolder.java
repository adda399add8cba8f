package dev.flops.bench.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a small data set in the layout of Fashion-MNIST: bright squares whose place tells the class. */
public final class IdxFolder {
    static final int CLASSES = 10;
    private static final int SIDE = 28;
    private static final int UNSIGNED_BYTE = 0x0800;

    private IdxFolder() {}

    /**
     * Writes the four files.
     *
     * @param folder an existing folder
     * @param train images to learn from
     * @param test images to test with
     * @return the folder
     * @throws IOException if a file cannot be written
     */
    public static Path write(Path folder, int train, int test) throws IOException {
        half(folder, "train", train);
        half(folder, "t10k", test);
        return folder;
    }

    private static void half(Path folder, String name, int examples) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + examples * SIDE * SIDE);
        images.putInt(UNSIGNED_BYTE + 3).putInt(examples).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + examples);
        labels.putInt(UNSIGNED_BYTE + 1).putInt(examples);
        for (int i = 0; i < examples; i++) {
            int label = i % CLASSES;
            labels.put((byte) label);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                boolean bright = pixel / SIDE / 6 == label / 5 && pixel % SIDE / 6 == label % 5;
                images.put((byte) (bright ? 200 + i % 50 : 10));
            }
        }
        Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
    }
}
