package dev.flops.bench.blackbox;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph of the BERT family, run by ONNX Runtime on the calling thread: 64-bit token ids in, a vector of floats a token out.
 * Its inputs are {@code input_ids}, {@code attention_mask} and {@code token_type_ids} of the shape (1, T): a call is one text, so that no
 * text is padded and none influences another.
 */
public final class OnnxTextModel implements AutoCloseable {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final OrtSession session;
    private final String output;
    private final int features;

    private OnnxTextModel(OrtSession session, String output) throws OrtException {
        for (String input : new String[] {IDS, MASK, TYPES}) {
            OnnxSessions.tensor(session.getInputInfo(), "input", input, OnnxJavaType.INT64);
        }
        TensorInfo info = OnnxSessions.tensor(session.getOutputInfo(), "output", output, OnnxJavaType.FLOAT);
        long[] shape = info.getShape();
        if (shape.length != 3 || shape[2] < 1) {
            throw new IllegalArgumentException("output " + output + " has the shape " + Arrays.toString(shape)
                    + ", expected (texts, tokens, features) with a fixed number of features");
        }
        this.session = session;
        this.output = output;
        this.features = Math.toIntExact(shape[2]);
    }

    /**
     * Opens a model in memory.
     *
     * @param source where it came from, for messages
     * @param graph the bytes of the file, not modified
     * @param output name of the output to read, of the shape (1, T, features)
     * @return the model
     * @throws IllegalArgumentException if it is no ONNX graph or has no such inputs or output
     */
    public static OnnxTextModel of(String source, byte[] graph, String output) {
        return OnnxSessions.open(source, graph, session -> new OnnxTextModel(session, output));
    }

    /**
     * Length of the vector of a token.
     *
     * @return at least 1
     */
    public int features() {
        return features;
    }

    /**
     * The mean of the vectors of a text's tokens, every token attended to.
     *
     * @param ids ids of its T ≥ 1 tokens, not modified
     * @return the mean, of length {@link #features}
     */
    public float[] meanOverTokens(long[] ids) {
        QueryChecks.requireAtLeastOne("ids.length", ids.length);
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor idTensor = row(ids);
                OnnxTensor mask = row(ones);
                OnnxTensor types = row(new long[ids.length]);
                OrtSession.Result result =
                        session.run(Map.of(IDS, idTensor, MASK, mask, TYPES, types), Set.of(output))) {
            FloatBuffer answer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            QueryChecks.requireLength("output " + output, answer.remaining(), Math.multiplyExact(ids.length, features));
            float[] mean = new float[features];
            for (int f = 0; f < features; f++) {
                double sum = 0;
                for (int token = 0; token < ids.length; token++) {
                    sum += answer.get(token * features + f);
                }
                mean[f] = (float) (sum / ids.length);
            }
            return mean;
        } catch (OrtException e) {
            throw new BlackBoxException("the ONNX graph failed on " + ids.length + " tokens: " + e.getMessage(), e);
        }
    }

    private static OnnxTensor row(long[] values) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), new long[] {1, values.length});
    }

    @Override
    public void close() {
        OnnxSessions.close(session);
    }
}
