package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.tensor.PackedMatrix;
import dev.flops.tensor.Perturbation;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.spec.Nonlinearity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Matrix products, packing and attention at the shapes of vision transformers. */
final class MatrixCases {
    private static final float SIGMA = 1e-3f;

    /** Rows × columns × inner extent: squares, layers of ViT-B/16 at one and at 16 images, tiny ones. */
    static final List<MatrixShape> SHAPES = List.of(
            new MatrixShape("1024x1024x1024", 1024, 1024, 1024),
            new MatrixShape("2048x2048x2048", 2048, 2048, 2048),
            new MatrixShape("197x768x768", 197, 768, 768),
            new MatrixShape("197x3072x768", 197, 3072, 768),
            new MatrixShape("197x768x3072", 197, 768, 3072),
            new MatrixShape("3152x768x768", 3152, 768, 768),
            new MatrixShape("3152x3072x768", 3152, 3072, 768),
            new MatrixShape("3152x768x3072", 3152, 768, 3072),
            new MatrixShape("65x192x192", 65, 192, 192),
            new MatrixShape("197x197x64", 197, 197, 64),
            new MatrixShape("197x64x197", 197, 64, 197),
            new MatrixShape("17x64x64", 17, 64, 64));

    /** Layers of vision transformers whose product is followed by a function. */
    private static final List<MatrixShape> EXPANSIONS = List.of(
            new MatrixShape("197x3072x768", 197, 3072, 768),
            new MatrixShape("3152x3072x768", 3152, 3072, 768),
            new MatrixShape("65x768x192", 65, 768, 192));

    /** Layers of vision transformers whose product is added to a residual. */
    private static final List<MatrixShape> CONTRACTIONS = List.of(
            new MatrixShape("197x768x3072", 197, 768, 3072),
            new MatrixShape("197x768x768", 197, 768, 768),
            new MatrixShape("3152x768x768", 3152, 768, 768));

    private static final MatrixShape LAYER = new MatrixShape("197x768x768", 197, 768, 768);

    private MatrixCases() {}

    static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>();
        for (MatrixShape shape : SHAPES) {
            cases.add(product(shape));
        }
        for (MatrixShape shape : MatrixShape.SMALL_VIT) {
            cases.add(product(shape));
        }
        for (MatrixShape shape : EXPANSIONS) {
            cases.add(new KernelCase("productGelu-" + shape.name(), shape.flops(), ops -> gelu(ops, shape, true)));
            cases.add(new KernelCase("productThenGelu-" + shape.name(), shape.flops(), ops -> gelu(ops, shape, false)));
        }
        for (MatrixShape shape : CONTRACTIONS) {
            cases.add(new KernelCase("productAdd-" + shape.name(), shape.flops(), ops -> add(ops, shape, true)));
            cases.add(new KernelCase("productThenAdd-" + shape.name(), shape.flops(), ops -> add(ops, shape, false)));
        }
        cases.add(new KernelCase("pack-768x768", 768.0 * 768, MatrixCases::pack));
        cases.add(new KernelCase("streamed-" + LAYER.name(), LAYER.flops(), MatrixCases::streamed));
        cases.add(new KernelCase("perturbed-" + LAYER.name(), LAYER.flops(), MatrixCases::perturbed));
        cases.add(new KernelCase("pair-" + LAYER.name(), 2 * LAYER.flops(), MatrixCases::pair));
        cases.add(smallAttention());
        cases.add(attention("attention-1x197x768", 1, 197, 768, 12));
        return cases;
    }

    /** X · Wᵀ + b with packed weights. */
    static KernelCase product(MatrixShape shape) {
        return product(shape, true);
    }

    /** X · Wᵀ with packed weights, with or without + b. */
    static KernelCase product(MatrixShape shape, boolean biased) {
        return new KernelCase("product-" + shape.name(), shape.flops(), ops -> {
            Tensor x = KernelInputs.normal(ops, 0, shape.rows(), shape.inner());
            Tensor w = KernelInputs.normal(ops, 1, shape.columns(), shape.inner());
            Tensor bias = biased ? KernelInputs.normal(ops, 2, shape.columns()) : null;
            Tensor out = Tensor.zeros(shape.rows(), shape.columns());
            PackedMatrix packed = ops.matrix().newPacked(shape.inner(), shape.columns());
            ops.matrix().packTransposedInto(w, packed);
            Workspace workspace = new Workspace();
            return () -> {
                ops.matrix().multiplyInto(x, packed, bias, out, workspace);
                return out.array();
            };
        });
    }

    /** GELU of a product, in one pass or right after it in its place; operations are those of the product. */
    private static Supplier<float[]> gelu(TensorOps ops, MatrixShape shape, boolean fused) {
        Tensor x = KernelInputs.normal(ops, 0, shape.rows(), shape.inner());
        Tensor bias = KernelInputs.normal(ops, 2, shape.columns());
        Tensor out = Tensor.zeros(shape.rows(), shape.columns());
        PackedMatrix packed = packedWeights(ops, shape);
        Workspace workspace = new Workspace();
        if (fused) {
            return () -> {
                ops.matrix().multiplyInto(x, packed, bias, null, Nonlinearity.GELU, out, workspace);
                return out.array();
            };
        }
        return () -> {
            ops.matrix().multiplyInto(x, packed, bias, out, workspace);
            ops.elementwise().geluInto(out, out);
            return out.array();
        };
    }

    /** A residual and a product, in one pass or right after it in its place; operations are those of the product. */
    private static Supplier<float[]> add(TensorOps ops, MatrixShape shape, boolean fused) {
        Tensor x = KernelInputs.normal(ops, 0, shape.rows(), shape.inner());
        Tensor bias = KernelInputs.normal(ops, 2, shape.columns());
        Tensor residual = KernelInputs.normal(ops, 3, shape.rows(), shape.columns());
        Tensor out = Tensor.zeros(shape.rows(), shape.columns());
        PackedMatrix packed = packedWeights(ops, shape);
        Workspace workspace = new Workspace();
        if (fused) {
            return () -> {
                ops.matrix().multiplyInto(x, packed, bias, residual, Nonlinearity.IDENTITY, out, workspace);
                return out.array();
            };
        }
        return () -> {
            ops.matrix().multiplyInto(x, packed, bias, out, workspace);
            ops.elementwise().addInto(residual, out, out);
            return out.array();
        };
    }

    /** Weights whose products are about 1 in size, as a function meets them in a network: those of 30 have tails below the floats. */
    private static PackedMatrix packedWeights(TensorOps ops, MatrixShape shape) {
        Tensor w = KernelInputs.normal(ops, 1, shape.columns(), shape.inner());
        ops.elementwise().scaleInto((float) (1 / Math.sqrt(shape.inner())), w, w);
        PackedMatrix packed = ops.matrix().newPacked(shape.inner(), shape.columns());
        ops.matrix().packTransposedInto(w, packed);
        return packed;
    }

    /** Packing shows in the first column of the product with the unit vector, which costs next to nothing. */
    private static Supplier<float[]> pack(TensorOps ops) {
        Tensor w = KernelInputs.normal(ops, 1, 768, 768);
        Tensor unit = Tensor.zeros(1, 768);
        unit.array()[unit.offset()] = 1;
        Tensor out = Tensor.zeros(1, 768);
        PackedMatrix packed = ops.matrix().newPacked(768, 768);
        Workspace workspace = new Workspace();
        return () -> {
            ops.matrix().packTransposedInto(w, packed);
            ops.matrix().multiplyInto(unit, packed, null, out, workspace);
            return out.array();
        };
    }

    /** The weights packed block by block on the way. */
    private static Supplier<float[]> streamed(TensorOps ops) {
        Tensor x = KernelInputs.normal(ops, 0, LAYER.rows(), LAYER.inner());
        Tensor w = KernelInputs.normal(ops, 1, LAYER.columns(), LAYER.inner());
        Tensor out = Tensor.zeros(LAYER.rows(), LAYER.columns());
        Workspace workspace = new Workspace();
        return () -> {
            ops.matrix().multiplyTransposedInto(x, w, null, out, workspace);
            return out.array();
        };
    }

    /** X · (W + σ ε)ᵀ. */
    private static Supplier<float[]> perturbed(TensorOps ops) {
        return perturbed(ops, LAYER.rows(), false);
    }

    /** Both members of a pair: twice the rows. */
    private static Supplier<float[]> pair(TensorOps ops) {
        return perturbed(ops, 2 * LAYER.rows(), true);
    }

    private static Supplier<float[]> perturbed(TensorOps ops, int rows, boolean pair) {
        Tensor x = KernelInputs.normal(ops, 0, rows, LAYER.inner());
        Tensor w = KernelInputs.normal(ops, 1, LAYER.columns(), LAYER.inner());
        Tensor out = Tensor.zeros(rows, LAYER.columns());
        Workspace workspace = new Workspace();
        Perturbation perturbation = new Perturbation(Distribution.GAUSSIAN, KernelInputs.address(5), SIGMA, pair);
        return () -> {
            ops.matrix().multiplyTransposedPerturbedInto(x, w, perturbation, 0, null, out, workspace);
            return out.array();
        };
    }

    /** Self-attention of the small vision transformer. */
    static KernelCase smallAttention() {
        return attention(
                "attention-32x17x48", MatrixShape.SAMPLES, MatrixShape.TOKENS, MatrixShape.FEATURES, MatrixShape.HEADS);
    }

    /** Self-attention without its projections; operations are those of its two products and the softmax. */
    private static KernelCase attention(String name, int images, int tokens, int features, int heads) {
        double scores = (double) images * tokens * tokens;
        double operations = scores * (4.0 * features + RowCases.SOFTMAX_OPERATIONS * heads);
        return new KernelCase(name, operations, ops -> {
            Tensor qkv = KernelInputs.normal(ops, 4, images, tokens, 3 * features);
            Tensor out = Tensor.zeros(images, tokens, features);
            Workspace workspace = new Workspace();
            return () -> {
                ops.attention().attentionInto(qkv, heads, out, workspace);
                return out.array();
            };
        });
    }
}
