package dev.flops.alloc.estimate;

import dev.flops.api.LabelledExamples;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;

/** The cross-entropy of labels, ℓ_i = −log softmax(z_i)[y_i]: the examples of a batch are independent of each other. */
final class CrossEntropyLoss implements BatchLoss {
    private final LabelledExamples data;
    private final TensorOps ops;
    private final Workspace workspace = new Workspace();
    private final Labelled labelled = new Labelled();

    CrossEntropyLoss(LabelledExamples data, TensorOps ops) {
        this.data = data;
        this.ops = ops;
    }

    @Override
    public Clean at(int[] examples, Tensor outputs) {
        int[] labels = labelled.labels(examples.length);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = data.label(examples[i]);
        }
        float[] losses = new float[labels.length];
        ops.row().crossEntropyInto(outputs, labels, 0, losses, 0);
        Tensor probabilities = workspace.take(outputs.shape());
        ops.row().softmaxInto(outputs, probabilities);
        float[] errorNorms = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            errorNorms[i] = errorNorm(probabilities, i, labels[i]);
        }
        workspace.release(0);
        labelled.losses = losses;
        labelled.errorNorms = errorNorms;
        return labelled;
    }

    /** ‖softmax(z) − onehot(y)‖₂. */
    private static float errorNorm(Tensor probabilities, int row, int label) {
        int classes = probabilities.shape().extent(1);
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double error = probabilities.array()[probabilities.offset() + row * classes + c] - (c == label ? 1 : 0);
            sum += error * error;
        }
        return (float) StrictMath.sqrt(sum);
    }

    /** The labels are kept in the memory of the batch before; what is handed on is new in each. */
    private final class Labelled implements Clean {
        private int[] labels = new int[0];
        private float[] losses = new float[0];
        private float[] errorNorms = new float[0];

        private int[] labels(int count) {
            if (labels.length != count) {
                labels = new int[count];
            }
            return labels;
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
            int[] ofRows = workspace.indices(positions.length);
            for (int row = 0; row < positions.length; row++) {
                ofRows[row] = labels[positions[row]];
            }
            ops.row().crossEntropyInto(outputs, ofRows, 0, out, offset);
        }

        @Override
        public long flopsPerRow() {
            return 0;
        }
    }
}
