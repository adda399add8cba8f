package dev.flops.bench.compare;

import java.util.List;

/**
 * One run of one arm.
 *
 * @param arm name of the arm
 * @param seed its seed
 * @param learningRate its peak learning rate
 * @param sigma its perturbation scale
 * @param steps steps done
 * @param heldOutAccuracy accuracy on held-out training examples at the last point of the curve
 * @param testAccuracy accuracy on the test set at the end
 * @param testLoss mean cross-entropy on the test set, in nats
 * @param queries queries spent, clean forwards counted
 * @param flops floating-point operations
 * @param seconds wall time of training and evaluation
 * @param peakBytes most bytes of buffers that were live at once
 * @param parametersSha256 SHA-256 of the trained parameters
 * @param curve how it went
 */
public record ArmRun(
        String arm,
        long seed,
        double learningRate,
        double sigma,
        int steps,
        double heldOutAccuracy,
        double testAccuracy,
        double testLoss,
        long queries,
        long flops,
        double seconds,
        long peakBytes,
        String parametersSha256,
        List<CurvePoint> curve) {}
