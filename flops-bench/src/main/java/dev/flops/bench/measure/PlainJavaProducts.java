package dev.flops.bench.measure;

import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import java.util.List;
import java.util.function.Supplier;
import org.ejml.EjmlVersion;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.store.R032Store;

/** Products of float32 matrices in libraries of plain Java, on one thread: what the scalar kernels are to be no slower than. */
final class PlainJavaProducts {
    /** Layers of a large, a small and a tiny transformer. */
    private static final List<String> SHAPES = List.of("197x768x768", "65x192x192", "17x64x64");

    private PlainJavaProducts() {}

    /** One product in one library, ready to run. */
    record Product(String peer, MatrixShape shape, Runnable run, Supplier<float[]> result) {}

    /** X Wᵀ of the same numbers as ours, at some of the shapes of {@link MatrixCases#SHAPES}. */
    static List<Product> all(TensorOps ops) {
        OjAlgoUtils.limitThreadsTo(1);
        return MatrixCases.SHAPES.stream()
                .filter(shape -> SHAPES.contains(shape.name()))
                .flatMap(shape -> {
                    Tensor x = KernelInputs.normal(ops, 0, shape.rows(), shape.inner());
                    Tensor w = KernelInputs.normal(ops, 1, shape.columns(), shape.inner());
                    return List.of(ejml(shape, x, w), ejmlTransposed(shape, x, w), ojAlgo(shape, x, w)).stream();
                })
                .toList();
    }

    private static Product ejml(MatrixShape shape, Tensor x, Tensor w) {
        FMatrixRMaj a = FMatrixRMaj.wrap(shape.rows(), shape.inner(), x.toArray());
        FMatrixRMaj b = FMatrixRMaj.wrap(shape.columns(), shape.inner(), w.toArray());
        FMatrixRMaj transposed = CommonOps_FDRM.transpose(b, null);
        FMatrixRMaj c = new FMatrixRMaj(shape.rows(), shape.columns());
        return new Product(
                "EJML " + EjmlVersion.VERSION + ", transposed W",
                shape,
                () -> CommonOps_FDRM.mult(a, transposed, c),
                () -> c.data);
    }

    private static Product ejmlTransposed(MatrixShape shape, Tensor x, Tensor w) {
        FMatrixRMaj a = FMatrixRMaj.wrap(shape.rows(), shape.inner(), x.toArray());
        FMatrixRMaj b = FMatrixRMaj.wrap(shape.columns(), shape.inner(), w.toArray());
        FMatrixRMaj c = new FMatrixRMaj(shape.rows(), shape.columns());
        return new Product(
                "EJML " + EjmlVersion.VERSION + ", W", shape, () -> CommonOps_FDRM.multTransB(a, b, c), () -> c.data);
    }

    private static Product ojAlgo(MatrixShape shape, Tensor x, Tensor w) {
        R032Store a = R032Store.FACTORY.make(shape.rows(), shape.inner());
        R032Store b = R032Store.FACTORY.make(shape.inner(), shape.columns());
        R032Store c = R032Store.FACTORY.make(shape.rows(), shape.columns());
        for (int p = 0; p < shape.inner(); p++) {
            for (int i = 0; i < shape.rows(); i++) {
                a.set(i, p, x.array()[x.offset() + i * shape.inner() + p]);
            }
            for (int j = 0; j < shape.columns(); j++) {
                b.set(p, j, w.array()[w.offset() + j * shape.inner() + p]);
            }
        }
        return new Product(
                "ojAlgo " + OjAlgoUtils.getVersion(), shape, () -> c.fillByMultiplying(a, b), () -> rowByRow(shape, c));
    }

    private static float[] rowByRow(MatrixShape shape, R032Store c) {
        float[] values = new float[shape.rows() * shape.columns()];
        for (int e = 0; e < values.length; e++) {
            values[e] = (float) c.doubleValue(e / shape.columns(), e % shape.columns());
        }
        return values;
    }
}
