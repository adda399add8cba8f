package dev.flops.bench.measure;

import dev.flops.api.Distribution;
import dev.flops.bench.blackbox.OnnxForward;
import dev.flops.bench.onnx.OnnxVit;
import dev.flops.models.vision.VisionPreset;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The same work here and in another library, by turns in one process, one thread each. Results are compared before anything is
 * timed.
 *
 * @param peer the library
 * @param work what both do
 * @param ours seconds here, median over the rounds
 * @param theirs seconds there
 * @param speedUp their time over ours, median over the rounds
 * @param gigaflops our rate
 * @param difference the greatest difference of the results, over the greatest number among them
 */
public record PeerMeasurement(
        String peer, String work, double ours, double theirs, double speedUp, double gigaflops, double difference) {
    /** More than the roundings of other orders of summation can make of it. */
    private static final double MOST_DIFFERENCE = 1e-4;

    /** The vision transformers of docs/performance.md. */
    public static final List<NetworkMeasurement.Case> NETWORKS = NetworkMeasurement.CASES.stream()
            .filter(each -> each.preset().name().startsWith("VIT_"))
            .toList();

    /**
     * Products X Wᵀ with weights packed beforehand against {@code cblas_sgemm} of OpenBLAS, on W or on Wᵀ, whichever is faster there.
     *
     * @param ops operations on the kernels to be measured
     * @param library name or file of the library
     * @return one measurement for each shape of docs/performance.md
     */
    public static List<PeerMeasurement> openBlas(TensorOps ops, String library) {
        List<PeerMeasurement> measured = new ArrayList<>();
        try (OpenBlas blas = new OpenBlas(library)) {
            String peer = blas.configuration();
            for (MatrixShape shape : MatrixCases.SHAPES) {
                PeerMeasurement straight = product(ops, blas, peer, shape, false);
                PeerMeasurement transposed = product(ops, blas, peer, shape, true);
                measured.add(straight.speedUp() < transposed.speedUp() ? straight : transposed);
            }
        }
        return measured;
    }

    private static PeerMeasurement product(
            TensorOps ops, OpenBlas blas, String peer, MatrixShape shape, boolean transposed) {
        Supplier<float[]> ours = MatrixCases.product(shape, false).work().open(ops);
        Tensor x = KernelInputs.normal(ops, 0, shape.rows(), shape.inner());
        Tensor w = KernelInputs.normal(ops, 1, shape.columns(), shape.inner());
        MemorySegment left = blas.allocate(x.elements());
        MemorySegment right = blas.allocate(w.elements());
        MemorySegment out = blas.allocate((long) shape.rows() * shape.columns());
        MemorySegment.copy(x.array(), x.offset(), left, ValueLayout.JAVA_FLOAT, 0, x.elements());
        for (int j = 0; j < shape.columns(); j++) {
            for (int p = 0; p < shape.inner(); p++) {
                int at = transposed ? j * shape.inner() + p : p * shape.columns() + j;
                right.setAtIndex(ValueLayout.JAVA_FLOAT, at, w.array()[w.offset() + j * shape.inner() + p]);
            }
        }
        Runnable theirs = () -> blas.multiply(shape, transposed, left, right, out);
        theirs.run();
        String name = shape.name() + (transposed ? ", W" : ", transposed W");
        double difference = difference(name, ours.get(), out.toArray(ValueLayout.JAVA_FLOAT));
        float[][] written = new float[1][];
        Alternation.Times times = Alternation.of(() -> written[0] = ours.get(), theirs);
        return of(peer, name, shape.flops(), times, difference);
    }

    /**
     * Products X Wᵀ of the <em>scalar</em> kernels with weights packed beforehand against libraries of plain Java, EJML on W and on
     * Wᵀ, ojAlgo on Wᵀ.
     *
     * @return the measurements
     */
    public static List<PeerMeasurement> plainJava() {
        TensorOps scalar = TensorOps.of(SimdWidth.SCALAR);
        List<PeerMeasurement> measured = new ArrayList<>();
        for (PlainJavaProducts.Product theirs : PlainJavaProducts.all(scalar)) {
            Supplier<float[]> ours =
                    MatrixCases.product(theirs.shape(), false).work().open(scalar);
            theirs.run().run();
            String name = theirs.shape().name();
            double difference = difference(name, ours.get(), theirs.result().get());
            float[][] written = new float[1][];
            Alternation.Times times = Alternation.of(() -> written[0] = ours.get(), theirs.run());
            measured.add(of(theirs.peer(), name, theirs.shape().flops(), times, difference));
        }
        return measured;
    }

    /**
     * A forward of a vision transformer with random weights against ONNX Runtime on the same weights and images.
     *
     * @param ops operations on the kernels to be measured
     * @param measured a vision transformer and its examples
     * @return the measurement
     */
    public static PeerMeasurement onnxRuntime(TensorOps ops, NetworkMeasurement.Case measured) {
        VisionPreset preset = measured.preset();
        int classes = preset.name().endsWith("_224") ? 1000 : 10;
        int examples = measured.examples();
        if (!(preset.dimensions(3, classes) instanceof VisionTransformerConfig config)) {
            throw new IllegalArgumentException("preset = " + preset + ", expected a vision transformer");
        }
        Network network = VisionTransformer.create(config, 1);
        int side = config.imageSize();
        Tensor images = Tensor.zeros(examples, side, side, 3);
        ops.noise().noiseInto(Distribution.GAUSSIAN, KernelInputs.address(6), images);
        PackedParameters parameters = new PackedParameters(ops, network);
        Workspace workspace = new Workspace();
        ForwardContext first = ForwardContext.inference(ops, parameters, workspace);
        float[] logits = first.run(network, images).tensor().toArray();
        workspace.release(0);
        Runnable ours = () -> {
            first.run(network, images);
            workspace.release(0);
        };
        byte[] graph = OnnxVit.of(config, network.parameters(), examples);
        float[] planes = channelsFirst(images);
        try (OnnxForward forward =
                OnnxForward.of(graph, OnnxVit.INPUT, OnnxVit.OUTPUT, planes, examples, 3, side, side)) {
            String name = preset + ", " + examples;
            double difference = difference(name, logits, forward.output());
            Alternation.Times times = Alternation.of(ours, forward::run);
            return of("ONNX Runtime " + version(), name, (double) first.flops(), times, difference);
        }
    }

    private static String version() {
        return ai.onnxruntime.OrtEnvironment.getEnvironment().getVersion();
    }

    private static PeerMeasurement of(
            String peer, String work, double flops, Alternation.Times times, double difference) {
        return new PeerMeasurement(
                peer, work, times.ours(), times.theirs(), times.speedUp(), flops / times.ours() * 1e-9, difference);
    }

    static float[] channelsFirst(Tensor images) {
        int channels = images.shape().extent(3);
        int pixels = images.shape().extent(1) * images.shape().extent(2);
        float[] planes = new float[images.elements()];
        for (int e = 0; e < planes.length; e++) {
            int image = e / (channels * pixels);
            int channel = e / pixels % channels;
            planes[e] = images.array()[images.offset() + (image * pixels + e % pixels) * channels + channel];
        }
        return planes;
    }

    private static double difference(String work, float[] ours, float[] theirs) {
        double greatest = 0;
        double difference = 0;
        for (int e = 0; e < theirs.length; e++) {
            greatest = Math.max(greatest, Math.abs(ours[e]));
            difference = Math.max(difference, Math.abs((double) ours[e] - theirs[e]));
        }
        double relative = difference / greatest;
        if (!(relative <= MOST_DIFFERENCE)) {
            throw new IllegalStateException(work + ": results differ by " + relative
                    + " of the greatest number, expected" + " at most " + MOST_DIFFERENCE);
        }
        return relative;
    }
}
