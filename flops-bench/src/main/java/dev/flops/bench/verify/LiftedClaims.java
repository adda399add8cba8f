package dev.flops.bench.verify;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.alloc.estimate.LeaveOneOutBaseline;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.RunningMeanBaseline;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.tensor.TensorOps;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorClaim.Shares;
import dev.flops.verify.gradient.Expectation;
import dev.flops.verify.gradient.MeanFormula;
import dev.flops.verify.gradient.VarianceFormula;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.problem.StandardProblems;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/** Estimators of parameter space, lifted to the activations of the network with sites: what they claim of it. */
final class LiftedClaims {
    private static final int NET = 8;
    private static final double FORGETTING = 0.9;
    private static final int SITES = 2;

    private final TensorOps ops;
    private final float sigma;

    LiftedClaims(TensorOps ops, float sigma) {
        this.ops = ops;
        this.sigma = sigma;
    }

    List<EstimatorClaim> all() {
        return List.of(
                claim("site-es-antithetic", m -> central(new GaussianDirections()), pairs(SiteMoments.Drawn.GAUSSIAN)),
                ofMean("site-es-leave-one-out", m -> leaveOneOut(), pairs(SiteMoments.Drawn.GAUSSIAN)),
                ofMean("site-es-running-mean", m -> runningMean(), pairs(SiteMoments.Drawn.GAUSSIAN)),
                claim("site-spsa", m -> central(new RademacherDirections()), pairs(SiteMoments.Drawn.SIGNS)),
                claim(
                        "site-spsa-clean",
                        m -> ParameterEstimatorConfig.forward(new RademacherDirections(), sigma),
                        new SiteMoments(SiteMoments.Drawn.SIGNS, SamplingScheme.CLEAN_BASELINE, sigma)),
                claim("site-sphere", m -> central(new SphereDirections()), pairs(SiteMoments.Drawn.SPHERE)),
                claim(
                        "site-orthonormal-basis",
                        m -> central(new OrthonormalDirections(m)),
                        pairs(SiteMoments.Drawn.BASIS)),
                ofMean("site-sobol", m -> central(new SobolDirections(NET)), pairs(SiteMoments.Drawn.GAUSSIAN)),
                of(
                        "site-coordinate-wise",
                        m -> central(CoordinateDirections.all()),
                        Shares.ONE,
                        this::coordinateDifferences,
                        (problem, theta, example, samples) -> ofNetwork(problem) ? OptionalDouble.of(0) : none()));
    }

    private SiteMoments pairs(SiteMoments.Drawn directions) {
        return new SiteMoments(directions, SamplingScheme.ANTITHETIC, sigma);
    }

    private ParameterEstimatorConfig central(Directions directions) {
        return ParameterEstimatorConfig.central(directions, sigma);
    }

    private ParameterEstimatorConfig leaveOneOut() {
        return ParameterEstimatorConfig.oneSided(new GaussianDirections(), new LeaveOneOutBaseline(), sigma);
    }

    /** Every site has a memory of its own. */
    private ParameterEstimatorConfig runningMean() {
        return ParameterEstimatorConfig.oneSided(
                new GaussianDirections(), new RunningMeanBaseline(StandardProblems.EXAMPLES, FORGETTING), sigma);
    }

    private EstimatorClaim claim(String name, IntFunction<ParameterEstimatorConfig> config, SiteMoments moments) {
        return of(
                name,
                config,
                Shares.ANY,
                mean(moments),
                (problem, theta, example, samples) ->
                        ofNetwork(problem) ? OptionalDouble.of(moments.variance(theta, example) / samples) : none());
    }

    private EstimatorClaim ofMean(String name, IntFunction<ParameterEstimatorConfig> config, SiteMoments moments) {
        return of(name, config, Shares.ANY, mean(moments), VarianceFormula.unknown());
    }

    private static MeanFormula mean(SiteMoments moments) {
        return (problem, theta, example) ->
                ofNetwork(problem) ? Optional.of(Expectation.exactly(moments.mean(theta, example))) : Optional.empty();
    }

    /** The configuration of a site is a function of its number of activations. */
    private EstimatorClaim of(
            String name,
            IntFunction<ParameterEstimatorConfig> config,
            Shares shares,
            MeanFormula mean,
            VarianceFormula variance) {
        return new EstimatorClaim(
                name,
                (objective, parameters) -> SiteNetworkProblem.lifted(
                        objective,
                        parameters,
                        ops,
                        (site, suffix, activations) -> new ParameterEstimator(
                                suffix, activations, ops, config.apply(activations.dimension()))),
                sigma,
                shares,
                mean,
                variance);
    }

    private Optional<Expectation> coordinateDifferences(SmoothProblem problem, double[] theta, int example) {
        if (!ofNetwork(problem)) {
            return Optional.empty();
        }
        double[][] slopes = new double[SITES][];
        for (int site = 0; site < SITES; site++) {
            slopes[site] = new double[SiteNetworkProblem.activations(site)];
            for (int p = 0; p < slopes[site].length; p++) {
                double[] by = new double[slopes[site].length];
                by[p] = sigma;
                double plus = SiteNetworkProblem.movedLoss(theta, example, site, by);
                by[p] = -sigma;
                slopes[site][p] =
                        (plus - SiteNetworkProblem.movedLoss(theta, example, site, by)) / (2 * (double) sigma);
            }
        }
        return Optional.of(Expectation.exactly(SiteMoments.contracted(theta, example, slopes)));
    }

    private static boolean ofNetwork(SmoothProblem problem) {
        return problem instanceof SiteNetworkProblem;
    }

    private static OptionalDouble none() {
        return OptionalDouble.empty();
    }
}
