package dev.flops.bench.align;

import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The first k principal components of n rows x, y = D Vᵀ (x − mean): V the eigenvectors of the largest eigenvalues λ of the rows'
 * covariance; D is the identity, or λ^{−1/2}, which gives the components of those rows variance 1.
 *
 * <p>With K = X Xᵀ/n of the centred rows, V = Xᵀ U (n λ)^{−1/2} where U holds the first eigenvectors of K, found by subspace iteration from a
 * fixed random start: {@value #ROUNDS} products with K of {@value #SPARE} vectors more than asked for, orthonormalised each time,
 * then an eigendecomposition in the subspace (Halko, Martinsson, Tropp, SIAM Review 53, 2011).
 */
final class PrincipalComponents {
    private static final int ROUNDS = 6;
    private static final int SPARE = 32;
    private static final long SEED = 1;

    private final TensorOps ops;
    private final double[] mean;
    /** (components, columns). */
    private final Tensor directions;

    private PrincipalComponents(TensorOps ops, double[] mean, Tensor directions) {
        this.ops = ops;
        this.mean = mean;
        this.directions = directions;
    }

    /** Of the rows of (n, columns). */
    static PrincipalComponents of(Tensor rows, int components, boolean whitened, TensorOps ops) {
        int n = rows.shape().extent(0);
        int columns = rows.shape().extent(1);
        if (components < 1 || components + SPARE > n) {
            throw new IllegalArgumentException(
                    "components = " + components + ", expected 1 <= components <= " + (n - SPARE));
        }
        double[] mean = mean(rows);
        Tensor centred = centred(rows, mean);
        Tensor gram = Tensor.zeros(n, n);
        ops.matrix().matmulTransposedBInto(centred, centred, gram, new Workspace());
        ops.elementwise().scaleInto(1f / n, gram, gram);
        Tensor basis = start(components + SPARE, n);
        Tensor image = Tensor.zeros(components + SPARE, n);
        for (int round = 0; round < ROUNDS; round++) {
            ops.matrix().matmulInto(basis, gram, image, new Workspace());
            orthonormalise(image);
            basis = Tensor.of(image.toArray(), components + SPARE, n);
        }
        ops.matrix().matmulInto(basis, gram, image, new Workspace());
        Tensor reduced = Tensor.zeros(components + SPARE, components + SPARE);
        ops.matrix().matmulTransposedBInto(image, basis, reduced, new Workspace());
        Tensor mixed = mixture(reduced, components, n, whitened);
        Tensor weights = Tensor.zeros(components, n);
        ops.matrix().matmulInto(mixed, basis, weights, new Workspace());
        Tensor directions = Tensor.zeros(components, columns);
        ops.matrix().matmulInto(weights, centred, directions, new Workspace());
        return new PrincipalComponents(ops, mean, directions);
    }

    private static double[] mean(Tensor rows) {
        int columns = rows.shape().extent(1);
        double[] mean = new double[columns];
        for (int i = 0; i < rows.elements(); i++) {
            mean[i % columns] +=
                    (double) rows.array()[rows.offset() + i] / rows.shape().extent(0);
        }
        return mean;
    }

    private static Tensor centred(Tensor rows, double[] mean) {
        Tensor centred = Tensor.of(rows.toArray(), rows.shape().toArray());
        for (int i = 0; i < centred.elements(); i++) {
            centred.array()[i] = (float) (centred.array()[i] - mean[i % mean.length]);
        }
        return centred;
    }

    private static Tensor start(int vectors, int n) {
        RandomKey key = RandomKey.ofSeed(SEED);
        Tensor start = Tensor.zeros(vectors, n);
        for (int i = 0; i < start.elements(); i++) {
            start.array()[i] = (float) (key.uniform(i / n, i % n) - 0.5);
        }
        return start;
    }

    /** Gram and Schmidt on the rows, each twice. */
    private static void orthonormalise(Tensor vectors) {
        int n = vectors.shape().extent(1);
        double[][] done = new double[vectors.shape().extent(0)][n];
        for (int v = 0; v < done.length; v++) {
            for (int i = 0; i < n; i++) {
                done[v][i] = vectors.array()[v * n + i];
            }
            for (int before = 0; before < 2 * v; before++) {
                double product = dot(done[before % v], done[v]);
                for (int i = 0; i < n; i++) {
                    done[v][i] -= product * done[before % v][i];
                }
            }
            double length = StrictMath.sqrt(dot(done[v], done[v]));
            for (int i = 0; i < n; i++) {
                done[v][i] /= length;
                vectors.array()[v * n + i] = (float) done[v][i];
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** D λ^{−1/2} n^{−1/2} times the first eigenvectors of the reduced matrix, a row each. */
    private static Tensor mixture(Tensor reduced, int components, int n, boolean whitened) {
        int size = reduced.shape().extent(0);
        double[][] symmetric = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                symmetric[i][j] = ((double) reduced.array()[i * size + j] + reduced.array()[j * size + i]) / 2;
            }
        }
        EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(symmetric, false));
        Tensor mixture = Tensor.zeros(components, size);
        for (int k = 0; k < components; k++) {
            double value = eigen.getRealEigenvalue(k);
            double scale = 1 / StrictMath.sqrt(n * value * (whitened ? value : 1));
            for (int i = 0; i < size; i++) {
                mixture.array()[k * size + i] = (float) (scale * eigen.getV().getEntry(i, k));
            }
        }
        return mixture;
    }

    /** The components of other rows, (rows, components). */
    Tensor of(Tensor rows) {
        Tensor components =
                Tensor.zeros(rows.shape().extent(0), directions.shape().extent(0));
        ops.matrix().matmulTransposedBInto(centred(rows, mean), directions, components, new Workspace());
        return components;
    }
}
