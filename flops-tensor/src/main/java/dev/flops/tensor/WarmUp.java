package dev.flops.tensor;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What {@link TensorOps#warmUp} runs: the kernels of a transformer's training, clean and perturbed, on tiny shapes. */
final class WarmUp {
    /** Calls of each kernel: enough, with the loops inside, for the JVM to compile it for good. */
    private static final int ROUNDS = 1_000;

    private static final int TOKENS = 17;
    private static final int FEATURES = 48;

    /** Rows of the highest product: tiles of every height, and enough of them that they read ahead. */
    private static final int MOST_ROWS = 49;

    /** Fewer columns than a vector has lanes. */
    private static final int CLASSES = 5;

    private static final int HEADS = 3;
    private static final float EPSILON = 1e-6f;
    private static final float SIGMA = 0.1f;

    private final TensorOps ops;
    private final NoiseAddress noise = new NoiseAddress(RandomKey.ofSeed(0), 0, 0);
    private final Workspace workspace = new Workspace();
    private final Tensor x = Tensor.zeros(TOKENS, FEATURES);
    private final Tensor normalised = Tensor.zeros(TOKENS, FEATURES);
    private final Tensor rows = Tensor.zeros(MOST_ROWS, FEATURES);
    private final Tensor products = Tensor.zeros(MOST_ROWS, 3 * FEATURES);
    private final Tensor logits = Tensor.zeros(MOST_ROWS, CLASSES);
    private final Tensor row = Tensor.zeros(FEATURES);
    private final Tensor weight = Tensor.zeros(3 * FEATURES, FEATURES);
    private final Tensor bias = Tensor.zeros(3 * FEATURES);
    private final Tensor gradient = Tensor.zeros(3 * FEATURES, FEATURES);
    private final Tensor columns = Tensor.zeros(3 * FEATURES);
    private final Tensor dots = Tensor.zeros(FEATURES);
    private final Tensor product = Tensor.zeros(TOKENS, 3 * FEATURES);
    private final Tensor hidden = Tensor.zeros(TOKENS, 3 * FEATURES);
    private final Tensor attended = Tensor.zeros(1, TOKENS, FEATURES);
    private final Tensor scores = Tensor.zeros(TOKENS, TOKENS);
    private final int[] labels = new int[TOKENS];
    private final float[] losses = new float[TOKENS];
    private final PackedMatrix packed;
    private final PackedMatrix classifier;

    private WarmUp(TensorOps ops) {
        this.ops = ops;
        packed = ops.matrix().newPacked(FEATURES, 3 * FEATURES);
        classifier = ops.matrix().newPacked(FEATURES, CLASSES);
        ops.noise().noiseInto(Distribution.GAUSSIAN, noise, weight);
    }

    /** Cancelling a {@link CompletableFuture} stops nothing by itself: the task looks at it between rounds. */
    static CompletableFuture<@Nullable Void> start(TensorOps ops, Executor executor) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        try {
            executor.execute(() -> run(ops, done));
        } catch (RuntimeException refused) {
            done.completeExceptionally(refused);
        }
        return done;
    }

    private static void run(TensorOps ops, CompletableFuture<@Nullable Void> done) {
        try {
            WarmUp work = new WarmUp(ops);
            for (int round = 0; round < ROUNDS && !done.isDone(); round++) {
                work.forward();
                work.products(1 + round % MOST_ROWS);
                work.perturbed(round % 2 == 0 ? Distribution.GAUSSIAN : Distribution.RADEMACHER);
            }
            done.complete(null);
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
        }
    }

    /** Tiles of every height on panels of every width. */
    private void products(int m) {
        ops.matrix().multiplyInto(rows.slice(0, m), packed, null, products.slice(0, m), workspace);
        ops.matrix().multiplyInto(rows.slice(0, m), classifier, null, logits.slice(0, m), workspace);
    }

    /** A clean forward. */
    private void forward() {
        ops.noise().noiseInto(Distribution.GAUSSIAN, noise, x);
        ops.row().layerNormInto(x, row, row, EPSILON, normalised);
        ops.matrix().packTransposedInto(weight, packed);
        ops.matrix().multiplyInto(x, packed, bias, product, workspace);
        ops.attention().attentionInto(product.reshape(Shape.of(1, TOKENS, 3 * FEATURES)), HEADS, attended, workspace);
        ops.elementwise().geluInto(product, hidden);
        ops.elementwise().reluInto(product, hidden);
        ops.elementwise().addInto(x, normalised, normalised);
        ops.row().softmaxInto(scores, scores);
        ops.row().crossEntropyInto(product, labels, 0, losses, 0);
    }

    /** Noise on activations and on weights, and the contraction of a gradient. */
    private void perturbed(Distribution distribution) {
        ops.noise().addNoiseInto(distribution, noise, SIGMA, x, normalised);
        Perturbation noisy = new Perturbation(distribution, noise, SIGMA, false);
        ops.matrix().multiplyTransposedPerturbedInto(x, weight, noisy, 0, bias, product, workspace);
        ops.matrix().addTransposedProductInPlace(product, x, gradient, workspace);
        ops.elementwise().addColumnSumsInPlace(product, columns);
        ops.elementwise().addColumnDotsInPlace(x, normalised, dots);
        ops.elementwise().axpyInPlace(SIGMA, x, normalised);
    }
}
