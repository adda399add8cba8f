package dev.flops.bench.verify;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.alloc.estimate.LeaveOneOutBaseline;
import dev.flops.alloc.estimate.NoBaseline;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.RunningMeanBaseline;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.tensor.TensorOps;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorClaim.Shares;
import dev.flops.verify.gradient.EstimatorFactory;
import dev.flops.verify.gradient.MeanFormula;
import dev.flops.verify.gradient.VarianceFormula;
import dev.flops.verify.problem.LinearVariances;
import dev.flops.verify.problem.StandardProblems;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;

/** The estimators that {@code ./flops verify} knows, each with what it claims: one entry per estimator. */
public final class EstimatorCatalogue {
    /** σ of every estimator here: large enough for smoothing to matter on the standard problems. */
    private static final float SIGMA = 0.25f;

    private static final int D = StandardProblems.DIMENSION;
    private static final int FEW = 3;
    private static final int NET = 8;
    private static final double FORGETTING = 0.9;

    private final TensorOps ops;

    private EstimatorCatalogue(TensorOps ops) {
        this.ops = ops;
    }

    /**
     * All estimators.
     *
     * @param ops tensor operations that they use
     * @return their claims, in the order of reports
     */
    public static List<EstimatorClaim> all(TensorOps ops) {
        return new EstimatorCatalogue(ops).claims();
    }

    private List<EstimatorClaim> claims() {
        Directions gaussian = new GaussianDirections();
        Directions signs = new RademacherDirections();
        return List.of(
                gaussian("es-one-point", SamplingScheme.ONE_POINT, onePoint(gaussian)),
                gaussian("es-clean", SamplingScheme.CLEAN_BASELINE, forward(gaussian)),
                smoothed("es-leave-one-out", leaveOneOut(gaussian), n -> LinearVariances.leaveOneOut(D, n)),
                smoothed("es-running-mean", runningMean(gaussian), VarianceFormula.unknown()),
                gaussian("es-antithetic", SamplingScheme.ANTITHETIC, central(gaussian)),
                rademacher("spsa-one-point", SamplingScheme.ONE_POINT, onePoint(signs)),
                rademacher("spsa-clean", SamplingScheme.CLEAN_BASELINE, forward(signs)),
                rademacher("spsa", SamplingScheme.ANTITHETIC, central(signs)),
                secondOrder("sphere", new SphereDirections(), n -> LinearVariances.sphere(D) / n),
                secondOrder(
                        "orthonormal", new OrthonormalDirections(FEW), n -> LinearVariances.orthonormal(D, FEW) / n),
                secondOrder("orthonormal-basis", new OrthonormalDirections(D), n -> 0),
                smoothed("sobol", central(new SobolDirections(NET)), VarianceFormula.unknown()),
                new EstimatorClaim(
                        "coordinate-wise",
                        factory(central(new CoordinateDirections(List.of()))),
                        SIGMA,
                        Shares.ONE,
                        MeanFormula.coordinateDifferences(SIGMA),
                        VarianceFormula.linear(n -> 0)));
    }

    private EstimatorClaim gaussian(String name, SamplingScheme scheme, Supplier<ParameterEstimatorConfig> config) {
        return EstimatorClaim.gaussian(name, SIGMA, scheme, factory(config));
    }

    private EstimatorClaim rademacher(String name, SamplingScheme scheme, Supplier<ParameterEstimatorConfig> config) {
        return EstimatorClaim.rademacher(name, SIGMA, scheme, factory(config));
    }

    private EstimatorClaim smoothed(
            String name, Supplier<ParameterEstimatorConfig> config, IntToDoubleFunction linearVariance) {
        return smoothed(name, config, VarianceFormula.linear(linearVariance));
    }

    private EstimatorClaim smoothed(String name, Supplier<ParameterEstimatorConfig> config, VarianceFormula variance) {
        return new EstimatorClaim(
                name, factory(config), SIGMA, Shares.ANY, MeanFormula.smoothedGradient(SIGMA), variance);
    }

    private EstimatorClaim secondOrder(String name, Directions directions, IntToDoubleFunction linearVariance) {
        return new EstimatorClaim(
                name,
                factory(central(directions)),
                SIGMA,
                Shares.ANY,
                MeanFormula.gradientToSecondOrder(SIGMA),
                VarianceFormula.linear(linearVariance));
    }

    private static Supplier<ParameterEstimatorConfig> onePoint(Directions directions) {
        return () -> ParameterEstimatorConfig.oneSided(directions, new NoBaseline(), SIGMA);
    }

    private static Supplier<ParameterEstimatorConfig> forward(Directions directions) {
        return () -> ParameterEstimatorConfig.forward(directions, SIGMA);
    }

    private static Supplier<ParameterEstimatorConfig> leaveOneOut(Directions directions) {
        return () -> ParameterEstimatorConfig.oneSided(directions, new LeaveOneOutBaseline(), SIGMA);
    }

    /** Every estimator has a memory of its own. */
    private static Supplier<ParameterEstimatorConfig> runningMean(Directions directions) {
        return () -> ParameterEstimatorConfig.oneSided(
                directions, new RunningMeanBaseline(StandardProblems.EXAMPLES, FORGETTING), SIGMA);
    }

    private static Supplier<ParameterEstimatorConfig> central(Directions directions) {
        return () -> ParameterEstimatorConfig.central(directions, SIGMA);
    }

    private EstimatorFactory factory(Supplier<ParameterEstimatorConfig> config) {
        return (objective, parameters) -> new ParameterEstimator(objective, parameters, ops, config.get());
    }
}
