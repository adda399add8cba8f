package dev.flops.bench.verify;

import dev.flops.alloc.estimate.ActivationEstimator;
import dev.flops.alloc.estimate.ActivationEstimatorConfig;
import dev.flops.alloc.estimate.BatchLoss;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.SiteEstimatorFactory;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.models.layer.Linear;
import dev.flops.tensor.Shape;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Initializer;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.NetworkBuilder;
import dev.flops.verify.problem.FiniteDifferences;
import dev.flops.verify.problem.GaussHermite;
import dev.flops.verify.problem.LossFunction;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.problem.QuadratureProblem;
import dev.flops.verify.problem.SmoothProblem;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.special.Erf;

/**
 * The smallest network with two perturbation sites, as a black box and as a network:
 *
 * <pre>
 *   a = W x + b     h = gelu(a)     z = V h + c     ℓ = cross-entropy(z, y)
 * </pre>
 *
 * with two inputs, one hidden unit and two classes: θ = (W, b, V, c), d = 7. Losses are in double precision and share no code with
 * the network that the likelihood-ratio estimator runs. With noise σε on a, on z or on both, expectations over ε are products
 * of Gauss–Hermite rules of at most three dimensions.
 */
public final class SiteNetworkProblem implements SmoothProblem {
    /** Its name. */
    public static final String NAME = "site-network";

    private static final float[][] INPUTS = {{0.5f, -0.25f}, {-0.375f, 0.625f}, {0.25f, 0.5f}};
    private static final int[] LABELS = {0, 1, 1};
    private static final float[] POINT = {0.75f, -0.5f, 0.25f, 1, -0.75f, 0.125f, -0.25f};
    private static final int CLASSES = 2;
    private static final int HIDDEN = 3;
    private static final int NOISES = 1 + CLASSES;
    private static final int COARSE = 5;
    private static final int FINE = 16;

    private final QuadratureProblem weights = new QuadratureProblem(
            (theta, example) -> loss(theta, example, new double[NOISES]), 7, LABELS.length, COARSE);
    private final GaussHermite rule = new GaussHermite(FINE);

    private SiteNetworkProblem() {}

    /**
     * The problem at its point.
     *
     * @return the problem, named {@value #NAME}
     */
    public static NamedProblem named() {
        return new NamedProblem(NAME, new SiteNetworkProblem(), POINT);
    }

    /**
     * The likelihood-ratio estimator of this network.
     *
     * @param objective asked for the losses of outputs if it is a {@link BatchLoss}; they are the cross-entropy if not
     * @param parameters θ, copied
     * @param ops tensor operations
     * @param config mode, scheme and σ
     * @return an estimator that runs a network of the framework
     */
    static LikelihoodRatioEstimator estimator(
            Objective objective, Parameters parameters, TensorOps ops, LikelihoodRatioConfig config) {
        Network network = network(parameters);
        Parameters theta = network.parameters();
        Workers workers = Workers.callingThread();
        return objective instanceof BatchLoss loss
                ? new LikelihoodRatioEstimator(network, theta, new Examples(), loss, ops, workers, config)
                : new LikelihoodRatioEstimator(network, theta, new Examples(), ops, workers, config);
    }

    /**
     * Another estimator at the activations of this network.
     *
     * @param objective asked for the losses of outputs if it is a {@link BatchLoss}; they are the cross-entropy if not
     * @param parameters θ, copied
     * @param ops tensor operations
     * @param estimators the estimators of its sites
     * @return an estimator that runs a network of the framework
     */
    static ActivationEstimator lifted(
            Objective objective, Parameters parameters, TensorOps ops, SiteEstimatorFactory estimators) {
        Network network = network(parameters);
        Parameters theta = network.parameters();
        Workers workers = Workers.callingThread();
        ActivationEstimatorConfig config = new ActivationEstimatorConfig(estimators);
        return objective instanceof BatchLoss loss
                ? new ActivationEstimator(network, theta, new Examples(), loss, ops, workers, config)
                : new ActivationEstimator(network, theta, new Examples(), ops, workers, config);
    }

    private static Network network(Parameters parameters) {
        NetworkBuilder builder = new NetworkBuilder(0);
        Linear hidden = new Linear(builder, "hidden", 2, 1, Initializer.constant(0));
        Linear head = new Linear(builder, "head", 1, CLASSES, Initializer.constant(0));
        Network network = builder.build(
                NAME,
                Shape.of(2),
                CLASSES,
                (context, x) -> head.forward(context, context.gelu(hidden.forward(context, x))));
        Parameters theta = network.parameters();
        if (parameters.dimension() != theta.dimension()) {
            throw new IllegalArgumentException(
                    "parameters.dimension = " + parameters.dimension() + ", expected " + theta.dimension());
        }
        System.arraycopy(parameters.values(), 0, theta.values(), 0, theta.dimension());
        return network;
    }

    /** The gradient of the loss smoothed at each site alone, or at both, by the parameters of the site. */
    double[] siteMean(double[] theta, int example, double sigma, SiteMode mode) {
        double[] ofHidden = smoothed(theta, example, sigma, 1, mode == SiteMode.ALL_SITES ? 1 : 0);
        double[] ofHead = mode == SiteMode.ALL_SITES ? ofHidden : smoothed(theta, example, sigma, 0, 1);
        double[] mean = ofHead.clone();
        System.arraycopy(ofHidden, 0, mean, 0, HIDDEN);
        return mean;
    }

    private double[] smoothed(double[] theta, int example, double sigma, int onHidden, int onHead) {
        LossFunction losses = (point, i) -> expectation(
                e -> loss(
                        point, i, new double[] {onHidden * sigma * e[0], onHead * sigma * e[1], onHead * sigma * e[2]}),
                onHidden,
                onHead);
        return FiniteDifferences.gradient(losses, theta, example);
    }

    /** tr Cov of one sample: of both sites, each on its own or together. */
    double siteVariance(double[] theta, int example, double sigma, SiteMode mode, SamplingScheme scheme) {
        double square = 0;
        for (double value : siteMean(theta, example, sigma, mode)) {
            square += value * value;
        }
        double second = mode == SiteMode.ALL_SITES
                ? expectation(e -> squaredSample(theta, example, sigma, e, scheme), 1, 1)
                : expectation(e -> squaredSample(theta, example, sigma, e, scheme), 1, 0)
                        + expectation(e -> squaredSample(theta, example, sigma, e, scheme), 0, 1);
        return second - square;
    }

    /** ‖w ε hᵀ‖²/σ² summed over sites; a pair is half the difference of the two sides, each with its own h. */
    private static double squaredSample(double[] theta, int i, double sigma, double[] e, SamplingScheme scheme) {
        double[] plus = scaled(e, sigma);
        double[] minus = scaled(e, -sigma);
        double clean = loss(theta, i, new double[NOISES]);
        double up = loss(theta, i, plus) - clean;
        double down = loss(theta, i, minus) - clean;
        boolean pair = scheme == SamplingScheme.ANTITHETIC;
        double w = pair ? (up - down) / 2 : up;
        double ofHidden = w * w * e[0] * e[0] * (INPUTS[i][0] * INPUTS[i][0] + INPUTS[i][1] * INPUTS[i][1] + 1);
        double h = gelu(activation(theta, i) + plus[0]);
        double weighted = pair ? (up * h - down * gelu(activation(theta, i) + minus[0])) / 2 : up * h;
        double ofHead = (w * w + weighted * weighted) * (e[1] * e[1] + e[2] * e[2]);
        return (ofHidden + ofHead) / (sigma * sigma);
    }

    /** Over the noise of the sites that are perturbed; the other one has none. */
    private double expectation(ToDoubleFunction<double[]> f, int onHidden, int onHead) {
        return rule.expectation(onHidden + CLASSES * onHead, u -> {
            double[] e = new double[NOISES];
            System.arraycopy(u, 0, e, 0, onHidden);
            System.arraycopy(u, onHidden, e, 1, CLASSES * onHead);
            return f.applyAsDouble(e);
        });
    }

    /** The loss with one site's activations moved. */
    static double movedLoss(double[] theta, int example, int site, double[] by) {
        double[] noise = new double[NOISES];
        System.arraycopy(by, 0, noise, site == 0 ? 0 : 1, by.length);
        return loss(theta, example, noise);
    }

    /** Activations of a site. */
    static int activations(int site) {
        return site == 0 ? 1 : CLASSES;
    }

    /** [h 1], what a site's activations are products of. */
    static double[] operand(double[] theta, int example, int site) {
        return site == 0
                ? new double[] {INPUTS[example][0], INPUTS[example][1], 1}
                : new double[] {gelu(activation(theta, example)), 1};
    }

    private static double[] scaled(double[] e, double by) {
        double[] out = e.clone();
        for (int j = 0; j < out.length; j++) {
            out[j] *= by;
        }
        return out;
    }

    private static double activation(double[] theta, int example) {
        return theta[0] * INPUTS[example][0] + theta[1] * INPUTS[example][1] + theta[2];
    }

    private static double gelu(double a) {
        return a / 2 * Erf.erfc(-a / StrictMath.sqrt(2));
    }

    private static double loss(double[] theta, int example, double[] noise) {
        double h = gelu(activation(theta, example) + noise[0]);
        double margin = (theta[4] - theta[3]) * h + theta[6] + noise[2] - theta[5] - noise[1];
        double wrong = LABELS[example] == 0 ? margin : -margin;
        return StrictMath.max(wrong, 0) + StrictMath.log1p(StrictMath.exp(-StrictMath.abs(wrong)));
    }

    @Override
    public int dimension() {
        return weights.dimension();
    }

    @Override
    public int examples() {
        return weights.examples();
    }

    @Override
    public double loss(double[] theta, int example) {
        return weights.loss(theta, example);
    }

    @Override
    public double[] gradient(double[] theta, int example) {
        return weights.gradient(theta, example);
    }

    @Override
    public double[] smoothedGradient(double[] theta, int example, double sigma) {
        return weights.smoothedGradient(theta, example, sigma);
    }

    @Override
    public double sampleVariance(double[] theta, int example, double sigma, SamplingScheme scheme) {
        return weights.sampleVariance(theta, example, sigma, scheme);
    }

    /** What the network reads. */
    private record Examples() implements LabelledExamples {
        @Override
        public int size() {
            return LABELS.length;
        }

        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public int[] exampleShape() {
            return new int[] {2};
        }

        @Override
        public int label(int example) {
            return LABELS[example];
        }

        @Override
        public void readInto(int example, float[] out, int offset) {
            System.arraycopy(INPUTS[example], 0, out, offset, 2);
        }
    }
}
