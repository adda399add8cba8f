package dev.flops.alloc.estimate;

import java.util.Arrays;

/**
 * The symmetric contrastive loss from its formulas, in double precision and without any shortcut: every call sums over the whole
 * batch. Shares no code with {@link ContrastiveLoss}.
 */
record CoupledBatch(double[][] targets, double temperature) {

    /** Half of the cross-entropy along row i and half of that along column i, of each i. */
    double[] parts(double[][] outputs) {
        int batch = outputs.length;
        double[] parts = new double[batch];
        for (int i = 0; i < batch; i++) {
            double row = 0;
            double column = 0;
            for (int j = 0; j < batch; j++) {
                row += Math.exp(similarity(outputs[i], j));
                column += Math.exp(similarity(outputs[j], i));
            }
            parts[i] = 0.5 * Math.log(row) + 0.5 * Math.log(column) - similarity(outputs[i], i);
        }
        return parts;
    }

    double loss(double[][] outputs) {
        return Arrays.stream(parts(outputs)).average().orElseThrow();
    }

    /** The loss of the whole batch after output i has become another. */
    double lossWith(double[][] outputs, int i, double[] other) {
        double[][] changed = outputs.clone();
        changed[i] = other;
        return loss(changed);
    }

    private double similarity(double[] output, int j) {
        double product = 0;
        double squares = 0;
        for (int f = 0; f < output.length; f++) {
            product += output[f] * targets[j][f];
            squares += output[f] * output[f];
        }
        return product / Math.sqrt(squares) / temperature;
    }
}
