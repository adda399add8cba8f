package dev.flops.bench.variance;

/** First and second moments of repeated estimates of one gradient, against the true one. */
final class GradientMoments {
    private final float[] truth;
    private final double[] sum;
    private double squares;
    private double errors;
    private double cosines;
    private int count;

    GradientMoments(float[] truth) {
        this.truth = truth;
        this.sum = new double[truth.length];
    }

    void add(float[] estimate) {
        double norm = 0;
        double product = 0;
        double error = 0;
        for (int d = 0; d < sum.length; d++) {
            double g = estimate[d];
            sum[d] += g;
            norm += g * g;
            product += g * truth[d];
            error += (g - truth[d]) * (g - truth[d]);
        }
        squares += norm;
        errors += error;
        cosines += product / StrictMath.sqrt(norm * squaredNorm(truth));
        count++;
    }

    /** tr Cov, without bias. */
    double variance() {
        return (squares - squaredNormOfSum() / count) / (count - 1);
    }

    /** E‖ĝ − ∇L‖². */
    double meanSquaredError() {
        return errors / count;
    }

    double meanCosine() {
        return cosines / count;
    }

    /** ‖E ĝ − ∇L‖²/‖∇L‖², without bias: E‖mean − ∇L‖² exceeds it by tr Cov/R. */
    double relativeSquaredBias() {
        double distance = 0;
        for (int d = 0; d < sum.length; d++) {
            double difference = sum[d] / count - truth[d];
            distance += difference * difference;
        }
        return (distance - variance() / count) / squaredNorm(truth);
    }

    private double squaredNormOfSum() {
        double squared = 0;
        for (double s : sum) {
            squared += s * s;
        }
        return squared;
    }

    static double squaredNorm(float[] vector) {
        double squared = 0;
        for (float v : vector) {
            squared += (double) v * v;
        }
        return squared;
    }
}
