package dev.flops.bench.align;

import dev.flops.alloc.estimate.BatchLoss;
import dev.flops.alloc.estimate.ContrastiveLoss;
import dev.flops.bench.blackbox.QueryCount;
import dev.flops.bench.rival.MeteredLoss;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;

/**
 * The contrastive loss of a batch as a function of the projector's parameters. The loss couples the batch: it is that of the examples
 * that are asked together, and an example alone has none.
 */
final class ProjectedLoss implements MeteredLoss {
    private final Projector projector;
    private final Tensor features;
    private final ContrastiveLoss contrast;
    private final TensorOps ops;
    private final QueryCount count;
    private long flops;

    /** The loss of a projector, whose parameters it changes, on (examples, features) and (examples, outputs). */
    ProjectedLoss(
            Projector projector, Tensor features, Tensor targets, double temperature, TensorOps ops, long queries) {
        this.projector = projector;
        this.features = features;
        this.contrast = new ContrastiveLoss(targets, temperature, ops);
        this.ops = ops;
        this.count = new QueryCount(queries);
    }

    @Override
    public int dimension() {
        return projector.network().parameters().dimension();
    }

    @Override
    public int examples() {
        return features.shape().extent(0);
    }

    @Override
    public long remaining() {
        return count.remaining();
    }

    long spent() {
        return count.spent();
    }

    /** Floating-point operations of all forwards and similarities. */
    long flops() {
        return flops;
    }

    @Override
    public double[] means(float[] points, int[] examples) {
        int d = dimension();
        double[] means = new double[points.length / d];
        count.spend((long) means.length * examples.length);
        Tensor batch = Tensor.zeros(examples.length, features.shape().extent(1));
        ops.elementwise().gatherInto(features, examples, batch);
        float[] values = projector.network().parameters().values();
        for (int row = 0; row < means.length; row++) {
            System.arraycopy(points, row * d, values, 0, d);
            BatchLoss.Clean clean = contrast.at(examples, projector.project(batch));
            for (float loss : clean.losses()) {
                means[row] += loss / (double) examples.length;
            }
            flops += examples.length * (2L * d + clean.flopsPerRow());
        }
        return means;
    }
}
