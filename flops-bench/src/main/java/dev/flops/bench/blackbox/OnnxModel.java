package dev.flops.bench.blackbox;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph with one float input and one float output, run by ONNX Runtime on the calling thread. The first dimension of
 * both is the row; the others are fixed when the model is opened. A call uses one thread, so that callers may run several.
 *
 * <p>ONNX Runtime chooses its kernels by the CPU: a result is the same in every run on one machine, whatever rows share a call
 * only if the graph's kernels keep rows apart, and may differ in its last digits on another machine.
 */
public final class OnnxModel implements FrozenModel, AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final String output;
    private final int[] shape;
    private final int inputLength;
    private final int outputLength;

    private OnnxModel(OrtSession session, String input, String output, int[] shape) throws OrtException {
        this.environment = OrtEnvironment.getEnvironment();
        this.session = session;
        this.input = input;
        this.output = output;
        this.shape = shape.clone();
        this.inputLength = product(shape);
        requireInput(OnnxSessions.tensor(session.getInputInfo(), "input", input, OnnxJavaType.FLOAT));
        OnnxSessions.tensor(session.getOutputInfo(), "output", output, OnnxJavaType.FLOAT);
        this.outputLength = probe();
    }

    /**
     * Opens a model file.
     *
     * @param file the graph
     * @param input name of the input
     * @param output name of the output to read
     * @param shape shape of an input row, not modified
     * @return the model
     * @throws IOException if the file is missing or cannot be read
     * @throws IllegalArgumentException if it is no ONNX graph, has no such input or output, or does not take such rows
     */
    public static OnnxModel open(Path file, String input, String output, int... shape) throws IOException {
        return of(file.toString(), Files.readAllBytes(file), input, output, shape);
    }

    /**
     * Opens a model in memory.
     *
     * @param source where it came from, for messages
     * @param graph the bytes of the file, not modified
     * @param input name of the input
     * @param output name of the output to read
     * @param shape shape of an input row, not modified
     * @return the model
     * @throws IllegalArgumentException if it is no ONNX graph, has no such input or output, or does not take such rows
     */
    public static OnnxModel of(String source, byte[] graph, String input, String output, int... shape) {
        return OnnxSessions.open(source, graph, session -> new OnnxModel(session, input, output, shape));
    }

    private static int product(int[] shape) {
        int product = 1;
        for (int i = 0; i < shape.length; i++) {
            QueryChecks.requireAtLeastOne("shape[" + i + "]", shape[i]);
            product = Math.multiplyExact(product, shape[i]);
        }
        return product;
    }

    private void requireInput(TensorInfo info) {
        long[] declared = info.getShape();
        boolean fits = declared.length == shape.length + 1 && declared[0] < 0;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = declared[i + 1] < 0 || declared[i + 1] == shape[i];
        }
        if (!fits) {
            throw new IllegalArgumentException("shape = " + Arrays.toString(shape) + ", expected rows of the input "
                    + input + ", which is " + Arrays.toString(declared) + " (-1: any; the first dimension is the row)");
        }
    }

    /** Runs one row of zeros to learn how long an output row is; a graph rarely says. */
    private int probe() throws OrtException {
        try (OnnxTensor row = tensor(new float[inputLength], 1);
                OrtSession.Result result = session.run(Map.of(input, row), Set.of(output))) {
            return output(result, 1).remaining();
        }
    }

    private OnnxTensor tensor(float[] inputs, int rows) throws OrtException {
        long[] full = new long[shape.length + 1];
        full[0] = rows;
        for (int i = 0; i < shape.length; i++) {
            full[i + 1] = shape[i];
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(inputs, 0, rows * inputLength), full);
    }

    private FloatBuffer output(OrtSession.Result result, int rows) {
        OnnxTensor tensor = (OnnxTensor) result.get(0);
        long[] found = tensor.getInfo().getShape();
        if (found.length == 0 || found[0] != rows) {
            throw new IllegalArgumentException("output " + output + " has the shape " + Arrays.toString(found) + " for "
                    + rows + " rows, expected the first dimension to be the row");
        }
        return tensor.getFloatBuffer();
    }

    @Override
    public int inputLength() {
        return inputLength;
    }

    @Override
    public int outputLength() {
        return outputLength;
    }

    @Override
    public void run(float[] inputs, int rows, float[] outputs) {
        QueryChecks.requireAtLeastOne("rows", rows);
        QueryChecks.requireLength("inputs", inputs.length, Math.multiplyExact(rows, inputLength));
        QueryChecks.requireLength("outputs", outputs.length, Math.multiplyExact(rows, outputLength));
        try (OnnxTensor tensor = tensor(inputs, rows);
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            FloatBuffer answer = output(result, rows);
            QueryChecks.requireLength("output " + output, answer.remaining(), outputs.length);
            answer.get(outputs);
        } catch (OrtException e) {
            throw new BlackBoxException("the ONNX graph failed on " + rows + " rows: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        OnnxSessions.close(session);
    }
}
