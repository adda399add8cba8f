package dev.flops.alloc.estimate;

import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;

/**
 * The symmetric contrastive loss (InfoNCE) of a batch of outputs z_i and fixed targets t_i of unit length, temperature τ:
 *
 * <pre>
 *   s_ij = z_i·t_j / (‖z_i‖ τ)
 *   r_i = log Σ_j exp s_ij − s_ii      output i among the targets of the batch
 *   c_i = log Σ_k exp s_ki − s_ii      target i among the outputs of the batch
 *   l_i = (r_i + c_i) / 2,   L = (1/B) Σ_i l_i
 * </pre>
 *
 * An output takes part in every c_j: the loss couples the batch. When z_i alone changes to z', so do row i of s and one term of
 * every column sum, so that a perturbed loss ({@link BatchLoss}) costs O(B) beside the B products z'·t_j:
 *
 * <pre>
 *   ℓ_i(z') = l_i + ½ [r'_i − r_i + Σ_j (log(X_ij + exp s'_ij) − log Σ_k exp s_kj) − (s'_ii − s_ii)],   X_ij = Σ_{k≠i} exp s_kj
 * </pre>
 *
 * with X_ij from sums over the rows before and behind i, so that nothing is subtracted that could cancel. The error norm of example i
 * is ‖½ (softmax of row i + column softmaxes at i) − onehot(i)‖₂, the derivative of B L by row i of s.
 *
 * <p>Reference: van den Oord, Li, Vinyals, arXiv:1807.03748; symmetric as in Radford et al., ICML 2021.
 */
public final class ContrastiveLoss implements BatchLoss {
    private static final double LEAST_TEMPERATURE = 0.01;

    private final Tensor targets;
    private final double temperature;
    private final TensorOps ops;

    /**
     * A loss.
     *
     * @param targets (examples, outputs): the target of each example, rows of unit length, not modified
     * @param temperature τ, at least 0.01
     * @param ops tensor operations
     */
    public ContrastiveLoss(Tensor targets, double temperature, TensorOps ops) {
        if (!(temperature >= LEAST_TEMPERATURE) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "temperature = " + temperature + ", expected a finite number >= " + LEAST_TEMPERATURE);
        }
        if (targets.shape().rank() != 2) {
            throw new IllegalArgumentException("targets.shape = " + targets.shape() + ", expected (examples, outputs)");
        }
        this.targets = targets;
        this.temperature = temperature;
        this.ops = ops;
    }

    @Override
    public Clean at(int[] examples, Tensor outputs) {
        int length = targets.shape().extent(1);
        if (outputs.shape().extent(1) != length) {
            throw new IllegalArgumentException(
                    "outputs.shape = " + outputs.shape() + ", expected (examples, " + length + ") as the targets are");
        }
        Tensor own = Tensor.zeros(examples.length, length);
        ops.elementwise().gatherInto(targets, examples, own);
        return new Coupled(own, similarities(outputs, own, new Workspace()));
    }

    /** s of each row and target. */
    private double[][] similarities(Tensor outputs, Tensor own, Workspace workspace) {
        int rows = outputs.shape().extent(0);
        int batch = own.shape().extent(0);
        int length = own.shape().extent(1);
        Tensor products = workspace.take(Shape.of(rows, batch));
        ops.matrix().matmulTransposedBInto(outputs, own, products, workspace);
        double[][] similarities = new double[rows][batch];
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int f = 0; f < length; f++) {
                double value = outputs.array()[outputs.offset() + row * length + f];
                squares += value * value;
            }
            double scale = 1 / (StrictMath.sqrt(squares) * temperature);
            for (int j = 0; j < batch; j++) {
                similarities[row][j] = scale * products.array()[products.offset() + row * batch + j];
            }
        }
        return similarities;
    }

    private final class Coupled implements Clean {
        private final Tensor own;
        private final double[][] s;
        private final double[] rowLosses;
        private final double[] logColumnSums;
        /** X_ij. */
        private final double[][] others;

        private final float[] losses;
        private final float[] errorNorms;

        Coupled(Tensor own, double[][] s) {
            int batch = s.length;
            this.own = own;
            this.s = s;
            double[][] powers = new double[batch][batch];
            double[] rowSums = new double[batch];
            for (int i = 0; i < batch; i++) {
                for (int j = 0; j < batch; j++) {
                    powers[i][j] = StrictMath.exp(s[i][j]);
                    rowSums[i] += powers[i][j];
                }
            }
            this.others = sumsOfOthers(powers);
            this.rowLosses = new double[batch];
            this.logColumnSums = new double[batch];
            this.losses = new float[batch];
            this.errorNorms = new float[batch];
            for (int i = 0; i < batch; i++) {
                rowLosses[i] = StrictMath.log(rowSums[i]) - s[i][i];
                logColumnSums[i] = StrictMath.log(others[0][i] + powers[0][i]);
                losses[i] = (float) ((rowLosses[i] + logColumnSums[i] - s[i][i]) / 2);
                double squares = 0;
                for (int j = 0; j < batch; j++) {
                    double row = powers[i][j] / rowSums[i];
                    double column = powers[i][j] / (others[i][j] + powers[i][j]);
                    double error = (row + column) / 2 - (i == j ? 1 : 0);
                    squares += error * error;
                }
                errorNorms[i] = (float) StrictMath.sqrt(squares);
            }
        }

        /** Σ_{k≠i} of each column: the rows before i and those behind it. */
        private static double[][] sumsOfOthers(double[][] powers) {
            int batch = powers.length;
            double[][] others = new double[batch][batch];
            for (int j = 0; j < batch; j++) {
                double before = 0;
                double behind = 0;
                for (int i = 0; i < batch; i++) {
                    others[i][j] += before;
                    before += powers[i][j];
                    others[batch - 1 - i][j] += behind;
                    behind += powers[batch - 1 - i][j];
                }
            }
            return others;
        }

        @Override
        public float[] losses() {
            return losses;
        }

        @Override
        public float[] errorNorms() {
            return errorNorms;
        }

        @Override
        public void perturbedInto(Tensor outputs, int[] positions, float[] out, int offset, Workspace workspace) {
            double[][] perturbed = similarities(outputs, own, workspace);
            for (int row = 0; row < positions.length; row++) {
                out[offset + row] = (float) (losses[positions[row]] + change(positions[row], perturbed[row]));
            }
        }

        /** B (L' − L) as row i of s becomes {@code changed}. */
        private double change(int i, double[] changed) {
            double rowSum = 0;
            double columns = 0;
            for (int j = 0; j < changed.length; j++) {
                double power = StrictMath.exp(changed[j]);
                rowSum += power;
                columns += StrictMath.log(others[i][j] + power) - logColumnSums[j];
            }
            double rowChange = StrictMath.log(rowSum) - changed[i] - rowLosses[i];
            return (rowChange + columns - (changed[i] - s[i][i])) / 2;
        }

        @Override
        public long flopsPerRow() {
            return 2L * own.elements();
        }
    }
}
