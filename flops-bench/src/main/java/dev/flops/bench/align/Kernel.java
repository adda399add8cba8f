package dev.flops.bench.align;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;

/** A kernel between rows of features: how alike two things are. */
sealed interface Kernel {
    /** Kernels (m, n) of rows (m, columns) and (n, columns), which are not modified. */
    Tensor between(Tensor a, Tensor b, TensorOps ops);

    /** k(x, y) = x·y. */
    record Linear() implements Kernel {
        @Override
        public Tensor between(Tensor a, Tensor b, TensorOps ops) {
            Tensor products = Tensor.zeros(a.shape().extent(0), b.shape().extent(0));
            ops.matrix().matmulTransposedBInto(a, b, products, new Workspace());
            return products;
        }
    }

    /**
     * k(x, y) = exp(−‖x − y‖²/width).
     *
     * @param width &gt; 0
     */
    record Gaussian(double width) implements Kernel {
        /** As wide as n rows (n, columns) are spread: the mean of ‖x − mean‖². */
        static Gaussian asWideAs(Tensor rows) {
            int n = rows.shape().extent(0);
            int columns = rows.shape().extent(1);
            double[] sums = new double[columns];
            double squares = 0;
            for (int i = 0; i < rows.elements(); i++) {
                double value = rows.array()[i];
                sums[i % columns] += value;
                squares += value * value / n;
            }
            for (double sum : sums) {
                squares -= sum / n * (sum / n);
            }
            return new Gaussian(squares);
        }

        @Override
        public Tensor between(Tensor a, Tensor b, TensorOps ops) {
            Tensor kernels = new Linear().between(a, b, ops);
            double[] ofA = squares(a);
            double[] ofB = squares(b);
            for (int i = 0; i < kernels.elements(); i++) {
                double distance = ofA[i / ofB.length] + ofB[i % ofB.length] - 2.0 * kernels.array()[i];
                kernels.array()[i] = (float) StrictMath.exp(-Math.max(0, distance) / width);
            }
            return kernels;
        }

        private static double[] squares(Tensor rows) {
            double[] squares = new double[rows.shape().extent(0)];
            int columns = rows.shape().extent(1);
            for (int i = 0; i < rows.elements(); i++) {
                squares[i / columns] += (double) rows.array()[i] * rows.array()[i];
            }
            return squares;
        }
    }
}
