package dev.flops.verify.support;

import dev.flops.api.Parameters;
import dev.flops.models.layer.Conv2d;
import dev.flops.models.layer.Embedding;
import dev.flops.models.layer.LayerNorm;
import dev.flops.models.layer.Linear;
import dev.flops.models.vision.SmallCnn;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Shape;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.tensor.spec.Window;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small network of the framework, the same network in double precision, and examples.
 *
 * @param smooth false where the loss has kinks (rectifiers, max pooling); they lie at least 8 × 0.02 away
 */
public record NetworkCase(String name, Network network, OracleNetwork oracle, MemoryExamples data, boolean smooth) {
    private static final int CLASSES = 3;
    private static final int EXAMPLES = 6;
    private static final double KINK_MARGIN = 0.16;
    private static final Initializer START = Initializer.normal(0.6);

    /** All cases. */
    public static List<NetworkCase> all() {
        return List.of(
                linear(),
                tokens(),
                layerNorm(),
                embedding(),
                convolution("convolution", 1, 2),
                convolution("dilated-convolution", 2, 2),
                convolution("ungrouped-convolution", 1, 1),
                visionTransformer(),
                cnn());
    }

    /** A single linear layer. */
    public static NetworkCase linear() {
        NetworkBuilder b = new NetworkBuilder(1);
        Linear head = new Linear(b, "head", 4, CLASSES, START);
        Network network = b.build("linear", Shape.of(4), CLASSES, head);
        At at = new At(network);
        return of(network, true, (theta, x, probe) -> {
            double[] z = OracleMath.linear(x, 4, theta, at.of("head.weight"), at.of("head.bias"), CLASSES);
            probe.at(0, z);
            return z;
        });
    }

    /** A linear layer over several tokens, whose noise is summed over tokens, then a linear head. */
    public static NetworkCase tokens() {
        NetworkBuilder b = new NetworkBuilder(2);
        Linear first = new Linear(b, "first", 2, 4, START);
        Linear head = new Linear(b, "head", 12, CLASSES, START);
        Network network = b.build(
                "tokens",
                Shape.of(3, 2),
                CLASSES,
                (context, x) -> head.forward(context, context.reshape(context.gelu(first.forward(context, x)), 12)));
        At at = new At(network);
        return of(network, true, (theta, x, probe) -> {
            double[] a = OracleMath.linear(x, 2, theta, at.of("first.weight"), at.of("first.bias"), 4);
            probe.at(0, a);
            double[] h = OracleMath.gelu(a);
            double[] z = OracleMath.linear(h, 12, theta, at.of("head.weight"), at.of("head.bias"), CLASSES);
            probe.at(1, z);
            return z;
        });
    }

    /** A layer normalisation between two linear layers. */
    static NetworkCase layerNorm() {
        NetworkBuilder b = new NetworkBuilder(3);
        Linear first = new Linear(b, "first", 3, 4, START);
        LayerNorm norm = new LayerNorm(b, "norm", 4, 1e-5f);
        Linear head = new Linear(b, "head", 8, CLASSES, START);
        Network network = b.build("layer-norm", Shape.of(2, 3), CLASSES, (context, x) -> {
            var normalised = norm.forward(context, first.forward(context, x));
            return head.forward(context, context.reshape(normalised, 8));
        });
        At at = new At(network);
        return of(network, true, (theta, x, probe) -> {
            double[] a = OracleMath.linear(x, 3, theta, at.of("first.weight"), at.of("first.bias"), 4);
            probe.at(0, a);
            double[] n = OracleMath.layerNorm(a, 4, theta, at.of("norm.weight"), at.of("norm.bias"), 1e-5);
            probe.at(1, n);
            double[] z = OracleMath.linear(n, 8, theta, at.of("head.weight"), at.of("head.bias"), CLASSES);
            probe.at(2, z);
            return z;
        });
    }

    /** An embedding sum, then a nonlinear head. */
    static NetworkCase embedding() {
        NetworkBuilder b = new NetworkBuilder(4);
        Embedding embedding = new Embedding(b, 2, 3, START);
        Linear head = new Linear(b, "head", 9, CLASSES, START);
        Network network = b.build("embedding", Shape.of(2, 3), CLASSES, (context, x) -> {
            var embedded = context.gelu(embedding.forward(context, x));
            return head.forward(context, context.reshape(embedded, 9));
        });
        At at = new At(network);
        return of(network, true, (theta, x, probe) -> {
            double[] e = embed(x, 3, theta, at);
            probe.at(0, e);
            double[] h = OracleMath.gelu(e);
            double[] z = OracleMath.linear(h, 9, theta, at.of("head.weight"), at.of("head.bias"), CLASSES);
            probe.at(1, z);
            return z;
        });
    }

    private static double[] embed(double[] x, int d, double[] theta, At at) {
        double[] e = new double[x.length + d];
        System.arraycopy(theta, at.of("cls_token"), e, 0, d);
        System.arraycopy(x, 0, e, d, x.length);
        for (int i = 0; i < e.length; i++) {
            e[i] += theta[at.of("pos_embed") + i];
        }
        return e;
    }

    /** A convolution with stride 2 and padding 1, then a nonlinear head. */
    public static NetworkCase convolution(String name, int dilation, int groups) {
        OracleMath.Geometry g = new OracleMath.Geometry(6, 6, 2, 3, 2, 1, dilation);
        int features = g.outHeight() * g.outWidth() * 4;
        NetworkBuilder b = new NetworkBuilder(5);
        Conv2d conv = new Conv2d(b, "conv", 2, 4, new Window(3, 3, 2, 1, dilation), groups, Initializer.normal(0.3));
        Linear head = new Linear(b, "head", features, CLASSES, Initializer.normal(0.3));
        Network network = b.build(name, Shape.of(6, 6, 2), CLASSES, (context, x) -> {
            var h = context.gelu(conv.forward(context, x));
            return head.forward(context, context.reshape(h, features));
        });
        At at = new At(network);
        return of(network, true, (theta, x, probe) -> {
            double[] a = OracleMath.convolution(x, g, theta, at.of("conv.weight"), at.of("conv.bias"), 4, groups);
            probe.at(0, a);
            double[] h = OracleMath.gelu(a);
            double[] z = OracleMath.linear(h, features, theta, at.of("head.weight"), at.of("head.bias"), CLASSES);
            probe.at(1, z);
            return z;
        });
    }

    /** A vision transformer with every part that a large one has. */
    public static NetworkCase visionTransformer() {
        VisionTransformerConfig config = new VisionTransformerConfig(4, 1, 2, 4, 2, 2, 6, CLASSES);
        Network network = VisionTransformer.create(config, 6);
        return of(network, true, new VisionTransformerOracle(config, new At(network)));
    }

    /**
     * A convolutional network with rectifiers and max pooling. Examples are drawn until no rectifier and no maximum is
     * near its kink, so that small perturbations leave the loss smooth.
     */
    public static NetworkCase cnn() {
        Network network = SmallCnn.create(new SmallCnnConfig(8, 1, List.of(2, 3), CLASSES), 7);
        At at = new At(network);
        OracleMath.Geometry one = new OracleMath.Geometry(8, 8, 1, 3, 1, 1, 1);
        OracleMath.Geometry two = new OracleMath.Geometry(4, 4, 2, 3, 1, 1, 1);
        NetworkCase drawn = of(network, false, (theta, x, probe) -> {
            double[] a = OracleMath.convolution(
                    x, one, theta, at.of("stages.0.conv.weight"), at.of("stages.0.conv.bias"), 2, 1);
            probe.at(0, a);
            double[] h = OracleMath.maxPool(OracleMath.relu(a), 8, 2);
            double[] c = OracleMath.convolution(
                    h, two, theta, at.of("stages.1.conv.weight"), at.of("stages.1.conv.bias"), 3, 1);
            probe.at(1, c);
            double[] p = OracleMath.meanOverPositions(OracleMath.maxPool(OracleMath.relu(c), 4, 3), 3);
            double[] z = OracleMath.linear(p, 3, theta, at.of("head.weight"), at.of("head.bias"), CLASSES);
            probe.at(2, z);
            return z;
        });
        SplittableRandom random = TestSeeds.problems("cnn examples");
        for (int example = 0; example < EXAMPLES; example++) {
            do {
                for (int d = 0; d < drawn.data.features()[example].length; d++) {
                    drawn.data.features()[example][d] = (float) (10 * random.nextGaussian());
                }
            } while (drawn.kinkMargin(example) < KINK_MARGIN);
        }
        return drawn;
    }

    /** Least distance of a rectifier's input from 0, or of a positive maximum from the next in its pool. */
    private double kinkMargin(int example) {
        double[] margin = {Double.POSITIVE_INFINITY};
        oracle.logits(theta(), features(example), (site, a) -> {
            if (site < 2) {
                margin[0] = Math.min(margin[0], OracleMath.kinkMargin(a, site == 0 ? 8 : 4, site == 0 ? 2 : 3));
            }
        });
        return margin[0];
    }

    /** Moves every parameter off its symmetric initial value and draws examples. */
    private static NetworkCase of(Network network, boolean smooth, OracleNetwork oracle) {
        SplittableRandom random = TestSeeds.problems(network.name());
        float[] values = network.parameters().values();
        for (int d = 0; d < values.length; d++) {
            values[d] += (float) random.nextDouble(-0.3, 0.3);
        }
        MemoryExamples data = MemoryExamples.random(
                EXAMPLES, CLASSES, random, network.inputShape().toArray());
        return new NetworkCase(network.name(), network, oracle, data, smooth);
    }

    /** Parameters of the network as doubles. */
    public double[] theta() {
        float[] values = network.parameters().values();
        double[] theta = new double[values.length];
        for (int d = 0; d < theta.length; d++) {
            theta[d] = values[d];
        }
        return theta;
    }

    /** Features of one example as doubles. */
    public double[] features(int example) {
        float[] features = data.features()[example];
        double[] x = new double[features.length];
        for (int d = 0; d < x.length; d++) {
            x[d] = features[d];
        }
        return x;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Offsets of parameters by name. */
    record At(Parameters parameters) {
        At(Network network) {
            this(network.parameters());
        }

        int of(String name) {
            return parameters.get(name).offset();
        }
    }
}
