package dev.flops.bench.blackbox;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** An ONNX graph on one input that stays where it is, so that its time is that of the graph alone. */
public final class OnnxForward implements AutoCloseable {
    private final OrtSession session;
    private final String input;
    private final String output;
    private final OnnxTensor tensor;

    private OnnxForward(OrtSession session, String input, String output, float[] values, long... shape)
            throws OrtException {
        this.session = session;
        this.input = input;
        this.output = output;
        FloatBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, values.length))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        tensor = OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), buffer.put(values).flip(), shape);
    }

    /**
     * Opens a graph on one thread.
     *
     * @param graph the bytes of the file, not modified
     * @param input name of its input
     * @param output name of the output to read
     * @param values the input, copied
     * @param shape shape of the input
     * @return the forward
     * @throws IllegalArgumentException if it is no ONNX graph that takes such an input
     */
    public static OnnxForward of(byte[] graph, String input, String output, float[] values, long... shape) {
        return OnnxSessions.open("the graph", graph, session -> new OnnxForward(session, input, output, values, shape));
    }

    /**
     * Runs the graph once.
     *
     * @return one number of the output
     */
    public float run() {
        try (OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            return ((OnnxTensor) result.get(0)).getByteBuffer().getFloat(0);
        } catch (OrtException e) {
            throw new BlackBoxException("the ONNX graph failed: " + e.getMessage(), e);
        }
    }

    /**
     * Runs the graph once and reads its output.
     *
     * @return all numbers of the output
     */
    public float[] output() {
        try (OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            FloatBuffer answer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] numbers = new float[answer.remaining()];
            answer.get(numbers);
            return numbers;
        } catch (OrtException e) {
            throw new BlackBoxException("the ONNX graph failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        tensor.close();
        OnnxSessions.close(session);
    }
}
