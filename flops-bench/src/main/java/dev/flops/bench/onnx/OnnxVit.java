package dev.flops.bench.onnx;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.models.vision.VisionTransformerConfig;

/**
 * A {@link dev.flops.models.vision.VisionTransformer} as an ONNX graph for a fixed number of examples: the same operations on the same
 * weights, images with channels first. Linear layers are {@code Gemm} on (examples · tokens, features), which runtimes
 * prepack; the last block goes on with its class token only, as ours does.
 */
public final class OnnxVit {
    /** Name of the input, (examples, channels, side, side). */
    public static final String INPUT = "images";

    /** Name of the output, (examples, classes). */
    public static final String OUTPUT = "logits";

    private static final float EPSILON = 1e-6f;

    private final OnnxGraph graph = new OnnxGraph("vit");
    private final VisionTransformerConfig config;
    private final Parameters parameters;
    private final int examples;
    private final int tokens;

    private OnnxVit(VisionTransformerConfig config, Parameters parameters, int examples) {
        this.config = config;
        this.parameters = parameters;
        this.examples = examples;
        this.tokens = config.patches() + 1;
    }

    /**
     * Writes the graph.
     *
     * @param config dimensions of the network
     * @param parameters its parameters, not modified
     * @param examples examples of a forward, at least 1
     * @return the file
     */
    public static byte[] of(VisionTransformerConfig config, Parameters parameters, int examples) {
        return new OnnxVit(config, parameters, examples).write();
    }

    private byte[] write() {
        String x = embed();
        for (int block = 0; block < config.depth(); block++) {
            x = block("blocks." + block, x, block == config.depth() - 1);
        }
        linear(OUTPUT, "head", norm("norm", x));
        int side = config.imageSize();
        return graph.input(INPUT, examples, config.channels(), side, side)
                .output(OUTPUT, examples, config.classes())
                .bytes();
    }

    private String parameter(String name) {
        Parameter p = parameters.get(name);
        int[] shape = p.shape().stream().mapToInt(Integer::intValue).toArray();
        return graph.constant(name, parameters.values(), p.offset(), shape);
    }

    /** (examples · tokens, d). */
    private String embed() {
        int d = config.features();
        int patch = config.patchSize();
        graph.open("Conv", "patches", INPUT, parameter("patch_embed.proj.weight"), parameter("patch_embed.proj.bias"))
                .numbers("kernel_shape", patch, patch)
                .numbers("strides", patch, patch)
                .add();
        graph.reshape("patchColumns", "patches", examples, d, config.patches());
        graph.open("Transpose", "patchRows", "patchColumns")
                .numbers("perm", 0, 2, 1)
                .add();
        Parameter token = parameters.get("cls_token");
        float[] copies = new float[examples * d];
        for (int i = 0; i < examples; i++) {
            System.arraycopy(parameters.values(), token.offset(), copies, i * d, d);
        }
        graph.open("Concat", "sequence", graph.constant("cls_token", copies, 0, examples, 1, d), "patchRows")
                .number("axis", 1)
                .add();
        Parameter positions = parameters.get("pos_embed");
        graph.constant("pos_embed", parameters.values(), positions.offset(), 1, tokens, d);
        graph.node("Add", "embedded", "sequence", "pos_embed");
        return graph.reshape("embeddedRows", "embedded", (long) examples * tokens, d);
    }

    private String block(String name, String x, boolean last) {
        String attended = attention(name + ".attn", norm(name + ".norm1", x));
        String base = x;
        if (last) {
            attended = firstToken(attended);
            base = firstToken(x);
        }
        String projected = linear(name + ".attn.out", name + ".attn.proj", attended);
        String sum = graph.node("Add", name + ".sum", base, projected);
        String hidden = linear(name + ".hidden", name + ".mlp.fc1", norm(name + ".norm2", sum));
        String active = graph.node("Gelu", name + ".active", hidden);
        return graph.node("Add", name + ".out", sum, linear(name + ".change", name + ".mlp.fc2", active));
    }

    private String firstToken(String x) {
        String sequence = graph.reshape(x + ".sequence", x, examples, tokens, config.features());
        String first = graph.open("Gather", x + ".first", sequence, graph.list(0))
                .number("axis", 1)
                .add();
        return graph.reshape(x + ".token", first, examples, config.features());
    }

    private String norm(String name, String x) {
        return graph.open("LayerNormalization", name + ".y", x, parameter(name + ".weight"), parameter(name + ".bias"))
                .number("axis", -1)
                .decimal("epsilon", EPSILON)
                .add();
    }

    private String linear(String output, String name, String x) {
        return graph.open("Gemm", output, x, parameter(name + ".weight"), parameter(name + ".bias"))
                .number("transB", 1)
                .add();
    }

    /** softmax(Q Kᵀ / √headDim) V, (examples · tokens, d). */
    private String attention(String name, String x) {
        int d = config.features();
        int heads = config.heads();
        int headDim = d / heads;
        String qkv = linear(name + ".qkv.y", name + ".qkv", x);
        graph.reshape(name + ".heads", qkv, examples, tokens, 3, heads, headDim);
        String q = part(name, "q", 0, 0, 2, 1, 3);
        String k = part(name, "k", 1, 0, 2, 3, 1);
        String v = part(name, "v", 2, 0, 2, 1, 3);
        graph.node("MatMul", name + ".products", q, k);
        String scale = graph.constant(name + ".scale", new float[] {(float) (1 / Math.sqrt(headDim))}, 0, 1);
        graph.node("Mul", name + ".scores", name + ".products", scale);
        graph.open("Softmax", name + ".weights", name + ".scores")
                .number("axis", -1)
                .add();
        graph.node("MatMul", name + ".values", name + ".weights", v);
        graph.open("Transpose", name + ".rows", name + ".values")
                .numbers("perm", 0, 2, 1, 3)
                .add();
        return graph.reshape(name + ".attended", name + ".rows", (long) examples * tokens, d);
    }

    /** One of q, k and v with heads in front of tokens. */
    private String part(String name, String part, int index, long... order) {
        String own = name + "." + part;
        graph.open("Gather", own + ".all", name + ".heads", graph.list(index))
                .number("axis", 2)
                .add();
        int headDim = config.features() / config.heads();
        graph.reshape(own + ".part", own + ".all", examples, tokens, config.heads(), headDim);
        return graph.open("Transpose", own, own + ".part")
                .numbers("perm", order)
                .add();
    }
}
