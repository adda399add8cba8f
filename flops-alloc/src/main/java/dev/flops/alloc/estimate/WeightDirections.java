package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ProductContraction;
import java.util.Arrays;

/**
 * Directions [E e] of the weights and biases behind a site, regenerated from their address. The numbers of an address are those
 * of E first, of e after them.
 *
 * <p>rank 0: E (m, k), row-major. rank r: A (r, m), then B (r, k), E = AᵀB/√r.
 */
record WeightDirections(ProductContraction contraction, int rank) {
    /** The directions of a space other than activations. */
    static WeightDirections of(ProductContraction contraction, PerturbedSpace space) {
        return new WeightDirections(contraction, space instanceof PerturbedSpace.LowRankWeights low ? low.rank() : 0);
    }

    private int features() {
        return contraction.weight().shape().getFirst();
    }

    private int inputs() {
        return contraction.weight().length() / features();
    }

    /** Random numbers of E. */
    private int matrixNumbers() {
        return rank == 0
                ? contraction.weight().length()
                : Math.multiplyExact(rank, Math.addExact(features(), inputs()));
    }

    /** Random numbers of e: one per feature with a bias. */
    private int biasNumbers() {
        return contraction.bias() == null ? 0 : features();
    }

    /** E‖[E e]‖² = m (k + 1), or m k without biases, for every rank. */
    double squaredNorm() {
        return (double) contraction.weight().length() + biasNumbers();
    }

    /** What E‖[E e]‖² E w² is multiplied with for rank r, whose ‖E‖² and w² are correlated more: at most 1 + 2 (m + k + 1)/(r m (k + 1)). */
    double varianceFactor() {
        return rank == 0 ? 1 : 1 + 2.0 * (features() + inputs() + 1) / (rank * squaredNorm());
    }

    /** Random numbers of [E e]. */
    int numbers() {
        return Math.addExact(matrixNumbers(), biasNumbers());
    }

    /** perturbed[row] = clean + scale (E x + e), the rows of one example's input and clean output. */
    void perturbInto(
            TensorOps ops,
            NoiseAddress noise,
            float scale,
            Tensor input,
            Tensor clean,
            Tensor perturbed,
            Workspace workspace) {
        int m = features();
        int rows = clean.elements() / m;
        int share = m / contraction.groups();
        long mark = workspace.mark();
        Tensor bias = workspace.take(Shape.of(m));
        if (biasNumbers() == 0) {
            Arrays.fill(bias.array(), bias.offset(), bias.offset() + m, 0f);
        } else {
            scaledNoiseInto(ops, noise, matrixNumbers(), scale, bias);
        }
        Tensor shifted = perturbed.reshape(Shape.of(rows, m));
        ops.elementwise().addRowInto(clean.reshape(Shape.of(rows, m)), bias, shifted);
        for (int g = 0; g < contraction.groups(); g++) {
            long group = workspace.mark();
            Tensor operands = contraction.operands(ops, input, g, workspace);
            Tensor product = workspace.take(Shape.of(rows, share));
            productInto(ops, noise, scale, operands, g * share, product, workspace);
            addColumns(product, g * share, shifted);
            workspace.release(group);
        }
        workspace.release(mark);
    }

    /** product = scale x Eᵀ for the features from {@code first} on. */
    private void productInto(
            TensorOps ops,
            NoiseAddress noise,
            float scale,
            Tensor operands,
            int first,
            Tensor product,
            Workspace workspace) {
        int share = product.shape().extent(1);
        int k = inputs();
        if (rank == 0) {
            Tensor direction = workspace.take(Shape.of(share, k));
            scaledNoiseInto(ops, noise, (long) first * k, scale, direction);
            ops.matrix().matmulTransposedBInto(operands, direction, product, workspace);
            return;
        }
        Tensor right = workspace.take(Shape.of(rank, k));
        scaledNoiseInto(ops, noise, (long) rank * features(), 1f, right);
        Tensor left = workspace.take(Shape.of(rank, share));
        for (int s = 0; s < rank; s++) {
            scaledNoiseInto(ops, noise, (long) s * features() + first, (float) (scale * root()), left.slice(s, s + 1));
        }
        Tensor thin = workspace.take(Shape.of(product.shape().extent(0), rank));
        ops.matrix().matmulTransposedBInto(operands, right, thin, workspace);
        ops.matrix().matmulInto(thin, left, product, workspace);
    }

    private double root() {
        return 1 / StrictMath.sqrt((double) rank);
    }

    private static void addColumns(Tensor product, int first, Tensor out) {
        int rows = out.shape().extent(0);
        int m = out.shape().extent(1);
        int share = product.shape().extent(1);
        for (int r = 0; r < rows; r++) {
            for (int f = 0; f < share; f++) {
                out.array()[out.offset() + r * m + first + f] += product.array()[product.offset() + r * share + f];
            }
        }
    }

    /** gradient += coefficient [E e]; one chain per number when called sample after sample. */
    void accumulate(TensorOps ops, NoiseAddress noise, float coefficient, float[] gradient, Workspace workspace) {
        Parameter weight = contraction.weight();
        if (rank == 0) {
            addNoise(ops, noise, 0, coefficient, weight, gradient);
        } else {
            long mark = workspace.mark();
            Tensor left = workspace.take(Shape.of(rank, features()));
            scaledNoiseInto(ops, noise, 0, (float) (coefficient * root()), left);
            Tensor right = workspace.take(Shape.of(rank, inputs()));
            scaledNoiseInto(ops, noise, left.elements(), 1f, right);
            ops.matrix().addTransposedProductInPlace(left, right, gradient, weight.offset(), workspace);
            workspace.release(mark);
        }
        Parameter bias = contraction.bias();
        if (bias != null) {
            addNoise(ops, noise, matrixNumbers(), coefficient, bias, gradient);
        }
    }

    private static void addNoise(
            TensorOps ops, NoiseAddress noise, long first, float coefficient, Parameter p, float[] gradient) {
        ops.noise()
                .addNoisePieceInto(
                        Distribution.GAUSSIAN,
                        noise,
                        first,
                        p.length(),
                        coefficient,
                        gradient,
                        p.offset(),
                        gradient,
                        p.offset());
    }

    private static void scaledNoiseInto(TensorOps ops, NoiseAddress noise, long first, float scale, Tensor out) {
        float[] to = out.array();
        int offset = out.offset();
        Arrays.fill(to, offset, offset + out.elements(), 0f);
        ops.noise()
                .addNoisePieceInto(Distribution.GAUSSIAN, noise, first, out.elements(), scale, to, offset, to, offset);
    }

    /** Operations of {@link #perturbInto} for one sample with T operands. */
    long perturbFlops(int operands) {
        long products = rank == 0
                ? 2L * operands * contraction.weight().length()
                : 2L * operands * rank * (inputs() + features());
        return products + 2L * operands * features() + 2L * numbers();
    }

    /** Operations of {@link #accumulate}. */
    long contractionFlops() {
        return rank == 0 ? 2L * numbers() : 2L * rank * contraction.weight().length() + 2L * numbers();
    }
}
