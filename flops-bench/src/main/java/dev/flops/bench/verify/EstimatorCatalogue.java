package dev.flops.bench.verify;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.RandomCoordinateDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.alloc.estimate.Difference;
import dev.flops.alloc.estimate.ForwardGradientConfig;
import dev.flops.alloc.estimate.ForwardGradientEstimator;
import dev.flops.alloc.estimate.LeaveOneOutBaseline;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.MezoConfig;
import dev.flops.alloc.estimate.MezoEstimator;
import dev.flops.alloc.estimate.NoBaseline;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.RankScope;
import dev.flops.alloc.estimate.RankShapedConfig;
import dev.flops.alloc.estimate.RankShapedEstimator;
import dev.flops.alloc.estimate.RunningMeanBaseline;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.tensor.TensorOps;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorClaim.Shares;
import dev.flops.verify.gradient.EstimatorFactory;
import dev.flops.verify.gradient.Expectation;
import dev.flops.verify.gradient.MeanFormula;
import dev.flops.verify.gradient.VarianceFormula;
import dev.flops.verify.problem.DirectionalProblem;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.LinearVariances;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.problem.QuadraticProblem;
import dev.flops.verify.problem.SmoothProblem;
import dev.flops.verify.problem.StandardProblems;
import dev.flops.verify.problem.StreamedProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
    private static final int QUERIES_PER_CALL = 64;

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

    /**
     * All problems that the estimators are held against: the standard ones and the network with perturbation sites.
     *
     * @return the problems, in the order of reports
     */
    public static List<NamedProblem> problems() {
        List<NamedProblem> problems = new ArrayList<>(StandardProblems.all());
        problems.add(SiteNetworkProblem.named());
        return List.copyOf(problems);
    }

    private List<EstimatorClaim> claims() {
        Directions gaussian = new GaussianDirections();
        Directions signs = new RademacherDirections();
        List<EstimatorClaim> claims = new ArrayList<>(inParameterSpace(gaussian, signs));
        claims.addAll(inActivationSpace());
        return List.copyOf(claims);
    }

    private List<EstimatorClaim> inParameterSpace(Directions gaussian, Directions signs) {
        return List.of(
                gaussian("es-one-point", SamplingScheme.ONE_POINT, onePoint(gaussian)),
                gaussian("es-clean", SamplingScheme.CLEAN_BASELINE, forward(gaussian)),
                smoothed("es-leave-one-out", leaveOneOut(gaussian), n -> LinearVariances.leaveOneOut(D, n)),
                smoothed("es-running-mean", runningMean(gaussian), VarianceFormula.unknown()),
                gaussian("es-antithetic", SamplingScheme.ANTITHETIC, central(gaussian)),
                rademacher("spsa-one-point", SamplingScheme.ONE_POINT, onePoint(signs)),
                rademacher("spsa-clean", SamplingScheme.CLEAN_BASELINE, forward(signs)),
                rademacher("spsa", SamplingScheme.ANTITHETIC, central(signs)),
                onSphere("sphere", new SphereDirections(), n -> LinearVariances.sphere(D) / n),
                onSphere("orthonormal", new OrthonormalDirections(FEW), n -> LinearVariances.orthonormal(D, FEW) / n),
                onSphere("orthonormal-basis", new OrthonormalDirections(D), EstimatorCatalogue::wholeBasis),
                smoothed("sobol", central(new SobolDirections(NET)), VarianceFormula.unknown()),
                new EstimatorClaim(
                        "coordinate-wise",
                        factory(central(new CoordinateDirections(List.of()))),
                        SIGMA,
                        Shares.ONE,
                        MeanFormula.coordinateDifferences(SIGMA),
                        VarianceFormula.linear(n -> 0)),
                new EstimatorClaim(
                        "coordinates-at-random",
                        factory(central(new RandomCoordinateDirections(FEW))),
                        SIGMA,
                        Shares.ANY,
                        MeanFormula.coordinateDifferences(SIGMA),
                        EstimatorCatalogue::fewCoordinates),
                EstimatorClaim.gaussian("mezo", SIGMA, SamplingScheme.ANTITHETIC, mezo(false)),
                new EstimatorClaim(
                        "mezo-shared",
                        mezo(true),
                        SIGMA,
                        Shares.EQUAL,
                        MeanFormula.smoothedGradient(SIGMA),
                        VarianceFormula.sharedGaussian(SamplingScheme.ANTITHETIC, SIGMA)),
                new EstimatorClaim(
                        "forward-gradient",
                        this::forwardGradient,
                        SIGMA,
                        Shares.ANY,
                        MeanFormula.gradient(),
                        VarianceFormula.ofGradient(n -> LinearVariances.gaussian(D) / n)),
                LowRankMoments.rankOne("low-rank", ops, SIGMA),
                LowRankMoments.rank(2, "low-rank-2", ops, SIGMA),
                new EstimatorClaim(
                        "es-ranks-biased",
                        this::ranks,
                        SIGMA,
                        Shares.EQUAL,
                        EstimatorCatalogue::ranksMean,
                        VarianceFormula.unknown()));
    }

    private List<EstimatorClaim> inActivationSpace() {
        LiftedClaims lifted = new LiftedClaims(ops, SIGMA);
        List<EstimatorClaim> claims = new ArrayList<>(List.of(
                sites("lr-layer-wise", SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE),
                sites("lr-layer-wise-pairs", SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC),
                sites("lr-all-sites", SiteMode.ALL_SITES, SamplingScheme.CLEAN_BASELINE),
                sites("lr-all-sites-pairs", SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC)));
        claims.addAll(lifted.all());
        return claims;
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

    private EstimatorClaim onSphere(String name, Directions directions, IntToDoubleFunction linearVariance) {
        return onSphere(name, directions, VarianceFormula.linear(linearVariance));
    }

    private EstimatorClaim onSphere(String name, Directions directions, VarianceFormula variance) {
        return new EstimatorClaim(
                name, factory(central(directions)), SIGMA, Shares.ANY, MeanFormula.sphere(SIGMA), variance);
    }

    /** Pairs along all axes of a basis know the gradient of a loss without third derivatives. */
    private static OptionalDouble wholeBasis(SmoothProblem problem, double[] theta, int example, int samples) {
        return problem instanceof LinearProblem || problem instanceof QuadraticProblem
                ? OptionalDouble.of(0)
                : OptionalDouble.empty();
    }

    /** (d/K − 1)‖c‖² with c all coordinate differences, whatever the loss: what is drawn is which of them are asked for. */
    private static OptionalDouble fewCoordinates(SmoothProblem problem, double[] theta, int example, int samples) {
        double square = 0;
        Optional<Expectation> differences =
                MeanFormula.coordinateDifferences(SIGMA).of(problem, theta, example);
        for (double difference : differences.orElseThrow().mean()) {
            square += difference * difference;
        }
        return OptionalDouble.of(LinearVariances.orthonormal(theta.length, FEW) * square / samples);
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

    private EstimatorFactory mezo(boolean sharedByBatch) {
        return (objective, parameters) -> new MezoEstimator(
                new StreamedProblem(objective),
                parameters,
                ops,
                new MezoConfig(Distribution.GAUSSIAN, SIGMA, sharedByBatch));
    }

    private GradientEstimator forwardGradient(Objective objective, Parameters parameters) {
        if (!(objective instanceof SmoothProblem problem)) {
            throw new IllegalArgumentException(
                    "objective = " + objective + ", expected a SmoothProblem, which has directional derivatives");
        }
        return new ForwardGradientEstimator(
                new DirectionalProblem(problem),
                parameters,
                ops,
                new ForwardGradientConfig(new GaussianDirections(), QUERIES_PER_CALL));
    }

    /** The likelihood ratio claims something of the network with sites alone. */
    private EstimatorClaim sites(String name, SiteMode mode, SamplingScheme scheme) {
        return new EstimatorClaim(
                name,
                (objective, parameters) -> SiteNetworkProblem.estimator(
                        objective, parameters, ops, new LikelihoodRatioConfig(mode, scheme, SIGMA, QUERIES_PER_CALL)),
                SIGMA,
                Shares.ANY,
                (problem, theta, example) -> problem instanceof SiteNetworkProblem network
                        ? Optional.of(Expectation.exactly(network.siteMean(theta, example, SIGMA, mode)))
                        : Optional.empty(),
                (problem, theta, example, samples) -> problem instanceof SiteNetworkProblem network
                        ? OptionalDouble.of(network.siteVariance(theta, example, SIGMA, mode, scheme) / samples)
                        : OptionalDouble.empty());
    }

    /** A control that is biased on purpose. */
    private GradientEstimator ranks(Objective objective, Parameters parameters) {
        return new RankShapedEstimator(
                objective,
                parameters,
                ops,
                new RankShapedConfig(
                        new GaussianDirections(), Difference.ONE_SIDED, RankScope.EXAMPLE, SIGMA, QUERIES_PER_CALL));
    }

    /** What the control has as its expectation where that is known: g/(2√π σ‖g‖) for linear losses, the direction alone. */
    private static Optional<Expectation> ranksMean(SmoothProblem problem, double[] theta, int example) {
        if (!(problem instanceof LinearProblem)) {
            return Optional.empty();
        }
        double[] mean = problem.gradient(theta, example);
        double square = 0;
        for (double value : mean) {
            square += value * value;
        }
        double scale = 1 / (2 * StrictMath.sqrt(StrictMath.PI * square) * SIGMA);
        for (int p = 0; p < mean.length; p++) {
            mean[p] *= scale;
        }
        return Optional.of(Expectation.exactly(mean));
    }

    private EstimatorFactory factory(Supplier<ParameterEstimatorConfig> config) {
        return (objective, parameters) -> new ParameterEstimator(objective, parameters, ops, config.get());
    }
}
