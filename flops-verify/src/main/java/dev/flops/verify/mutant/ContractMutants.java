package dev.flops.verify.mutant;

import dev.flops.api.Allocation;
import dev.flops.api.GradientEstimate;
import dev.flops.verify.mutant.Mutant.Detection;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The catalogue of defects that act at the contract of any estimator.
 *
 * <table>
 *   <caption>Mutants</caption>
 *   <tr><th>name</th><th>what is wrong</th><th>shows in</th></tr>
 *   <tr><td>missing-half</td><td>the gradient is twice too large: a pair without its ½</td><td>the mean</td></tr>
 *   <tr><td>sigma-squared</td><td>σ² in the place of σ</td><td>the mean</td></tr>
 *   <tr><td>sign</td><td>the gradient has the wrong sign</td><td>the mean</td></tr>
 *   <tr><td>pooled</td><td>examples are weighted by n_i / Σ n_j</td><td>the mean, allocation not equal</td></tr>
 *   <tr><td>n-plus-one</td><td>an example's samples are divided by n_i + 1</td><td>the mean</td></tr>
 *   <tr><td>forgotten-example</td><td>the last example of the batch is left out</td><td>the mean</td></tr>
 *   <tr><td>same-key</td><td>every step draws the perturbations of step 0</td><td>the mean</td></tr>
 *   <tr><td>shorter-of-two</td><td>of two estimates the one with the smaller norm is kept</td><td>the mean</td></tr>
 *   <tr><td>half-the-samples</td><td>half of the samples are drawn, all are charged</td><td>the variance</td></tr>
 * </table>
 */
public final class ContractMutants {
    private ContractMutants() {}

    /**
     * All of them.
     *
     * @return the catalogue
     */
    public static List<Mutant> all() {
        return List.of(
                scaled("missing-half", "the half of a pair missing", sigma -> 2),
                scaled("sigma-squared", "sigma squared for sigma", sigma -> 1 / sigma),
                scaled("sign", "the sign turned", sigma -> -1),
                pooled(),
                nPlusOne(),
                forgottenExample(),
                sameKey(),
                shorterOfTwo(),
                halfTheSamples());
    }

    private interface ScaleOfSigma {
        double factor(double sigma);
    }

    private static Mutant scaled(String name, String defect, ScaleOfSigma scale) {
        return new Mutant(
                name,
                defect,
                Detection.MEAN,
                (right, sigma) -> new AlteredEstimator(right, defect, (opening, allocation) -> {
                    GradientEstimate estimate = opening.estimate(opening.step(), allocation);
                    float[] gradient = estimate.gradient().clone();
                    for (int p = 0; p < gradient.length; p++) {
                        gradient[p] = (float) (scale.factor(sigma) * gradient[p]);
                    }
                    return withGradient(estimate, gradient);
                }));
    }

    private static Mutant pooled() {
        String defect = "examples weighted by their samples";
        return new Mutant(
                "pooled",
                defect,
                Detection.MEAN_UNEQUAL_ALLOCATION,
                (right, sigma) -> new AlteredEstimator(
                        right,
                        defect,
                        (opening, allocation) -> combined(
                                opening, allocation, i -> (double) allocation.samples(i) / allocation.total())));
    }

    private static Mutant nPlusOne() {
        String defect = "samples divided by their number plus one";
        return new Mutant(
                "n-plus-one",
                defect,
                Detection.MEAN,
                (right, sigma) -> new AlteredEstimator(
                        right,
                        defect,
                        (opening, allocation) -> combined(opening, allocation, i -> {
                            double n = allocation.samples(i);
                            return n / (n + 1) / allocation.examples();
                        })));
    }

    private static Mutant forgottenExample() {
        String defect = "the last example left out";
        return new Mutant(
                "forgotten-example",
                defect,
                Detection.MEAN,
                (right, sigma) -> new AlteredEstimator(
                        right,
                        defect,
                        (opening, allocation) -> combined(
                                opening,
                                allocation,
                                i -> i == allocation.examples() - 1 ? 0 : 1.0 / allocation.examples())));
    }

    private static Mutant sameKey() {
        String defect = "the perturbations of step 0 in every step";
        return new Mutant(
                "same-key",
                defect,
                Detection.MEAN_OF_RANDOM,
                (right, sigma) ->
                        new AlteredEstimator(right, defect, (opening, allocation) -> opening.estimate(0, allocation)));
    }

    private static Mutant shorterOfTwo() {
        String defect = "the shorter of two estimates kept";
        return new Mutant(
                "shorter-of-two",
                defect,
                Detection.MEAN_OF_RANDOM,
                (right, sigma) -> new AlteredEstimator(right, defect, (opening, allocation) -> {
                    GradientEstimate first = opening.estimate(2 * opening.step(), allocation);
                    GradientEstimate second = opening.estimate(2 * opening.step() + 1, allocation);
                    return squaredNorm(first) <= squaredNorm(second) ? first : second;
                }));
    }

    private static Mutant halfTheSamples() {
        String defect = "half of the samples drawn";
        return new Mutant(
                "half-the-samples",
                defect,
                Detection.VARIANCE,
                (right, sigma) -> new AlteredEstimator(right, defect, (opening, allocation) -> {
                    int[] half = allocation.toArray();
                    for (int i = 0; i < half.length; i++) {
                        half[i] = Math.max(right.cost().minimumSamples(), (half[i] + 1) / 2);
                    }
                    return opening.estimate(opening.step(), Allocation.of(half));
                }));
    }

    /** Σ_i weight(i) ĝ_i over the estimates of single examples. */
    private static GradientEstimate combined(
            AlteredEstimator.Opening opening, Allocation allocation, IntToDoubleFunction weight) {
        int batch = allocation.examples();
        float[] sum = new float[opening.estimator().parameters().dimension()];
        double[] variances = new double[batch];
        double meanLoss = 0;
        for (int i = 0; i < batch; i++) {
            GradientEstimate single = opening.single(i, allocation.samples(i));
            double factor = weight.applyAsDouble(i);
            for (int p = 0; p < sum.length; p++) {
                sum[p] += (float) (factor * single.gradient()[p]);
            }
            variances[i] = single.sampleVariances()[0];
            meanLoss += single.meanLoss() / batch;
        }
        return new GradientEstimate(sum, variances, meanLoss);
    }

    private static GradientEstimate withGradient(GradientEstimate estimate, float[] gradient) {
        return new GradientEstimate(gradient, estimate.sampleVariances(), estimate.meanLoss());
    }

    private static double squaredNorm(GradientEstimate estimate) {
        double sum = 0;
        for (float value : estimate.gradient()) {
            sum += (double) value * value;
        }
        return sum;
    }
}
