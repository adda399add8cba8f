package dev.flops.bench.align;

import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The first principal components of n things, known by the kernel k(x, y) of any two of them alone (Schölkopf, Smola, Müller,
 * <em>Nonlinear Component Analysis as a Kernel Eigenvalue Problem</em>, Neural Computation 10, 1998). With the centred kernel matrix
 * K̃/n = U Λ Uᵀ of those n, the components of x are y = D Λ^{−1/2} n^{−1/2} Uᵀ k̃(x), k̃(x) the centred kernels of x with all n; D is the
 * identity, or Λ^{−1/2}, which gives the components of the n things variance 1. With k(x, y) = x·y these are the usual principal components.
 *
 * <p>The first eigenvectors are found by subspace iteration from a fixed random start: {@value #ROUNDS} products of K̃ with
 * {@value #SPARE} vectors more than asked for, orthonormalised each time, then an eigendecomposition in the subspace (Halko, Martinsson, Tropp,
 * SIAM Review 53, 2011).
 */
final class PrincipalComponents {
    private static final int ROUNDS = 6;
    private static final int SPARE = 32;
    private static final long SEED = 1;

    private final TensorOps ops;
    /** Means of the rows of the kernel matrix. */
    private final double[] means;
    /** (components, n). */
    private final Tensor weights;

    private PrincipalComponents(TensorOps ops, double[] means, Tensor weights) {
        this.ops = ops;
        this.means = means;
        this.weights = weights;
    }

    /** Of a kernel matrix (n, n). */
    static PrincipalComponents of(Tensor kernels, int components, boolean whitened, TensorOps ops) {
        int n = kernels.shape().extent(0);
        if (components < 1 || components + SPARE > n) {
            throw new IllegalArgumentException(
                    "components = " + components + ", expected 1 <= components <= " + (n - SPARE));
        }
        double[] means = rowMeans(kernels);
        Tensor gram = centred(kernels, means);
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
        Tensor weights = Tensor.zeros(components, n);
        ops.matrix().matmulInto(mixture(reduced, components, n, whitened), basis, weights, new Workspace());
        return new PrincipalComponents(ops, means, weights);
    }

    private static double[] rowMeans(Tensor kernels) {
        int columns = kernels.shape().extent(1);
        double[] means = new double[kernels.shape().extent(0)];
        for (int i = 0; i < kernels.elements(); i++) {
            means[i / columns] += (double) kernels.array()[i] / columns;
        }
        return means;
    }

    /** k̃_ij = k_ij − (mean of row i) − (mean of row j of the n things) + (mean of all of them). */
    private static Tensor centred(Tensor kernels, double[] means) {
        double mean = 0;
        for (double value : means) {
            mean += value / means.length;
        }
        double[] own = rowMeans(kernels);
        Tensor centred = Tensor.of(kernels.toArray(), kernels.shape().toArray());
        for (int i = 0; i < centred.elements(); i++) {
            centred.array()[i] = (float) (centred.array()[i] - own[i / means.length] - means[i % means.length] + mean);
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

    /** The components (rows, components) of things whose kernels with the n are (rows, n). */
    Tensor of(Tensor kernels) {
        Tensor components =
                Tensor.zeros(kernels.shape().extent(0), weights.shape().extent(0));
        ops.matrix().matmulTransposedBInto(centred(kernels, means), weights, components, new Workspace());
        return components;
    }
}
