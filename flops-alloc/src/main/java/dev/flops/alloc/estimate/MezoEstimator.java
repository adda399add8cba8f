package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.NoiseAddress;
import dev.flops.api.NumericalException;
import dev.flops.api.ParameterPoint;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import dev.flops.api.StreamedObjective;
import dev.flops.tensor.TensorOps;
import java.util.Arrays;

/**
 * SPSA with seed replay (MeZO): central differences along directions that are never stored, but generated from their
 * addresses whenever a piece of the perturbed point is read and once more for the update,
 *
 * <pre>
 *   g_ik = (ℓ_i(θ + σε_ik) − ℓ_i(θ − σε_ik)) ε_ik / (2σ)
 * </pre>
 *
 * <p>The parameters are stored once: a perturbed point exists only piece by piece, as the objective reads it, and
 * {@link MezoStep#descendInPlace} applies θ ← θ − η ĝ without a gradient vector. Nothing is perturbed and restored, so that
 * a step without update leaves every bit of the parameters as it was.
 *
 * <p>Queries: 2 per sample. Target: the gradient of the smoothed loss, exactly, with Gaussian directions; the gradient with
 * a bias of order σ² with Rademacher ones. For linear losses with gradients g_i, Gaussian directions and n samples,
 * tr Cov = (d + 1) Σ ‖g_i‖²/(n_i B²) with directions of each example's own. With shared directions it is (d + 1)‖Σ g_i/B‖²/n,
 * which has cross terms between examples: allocation per example is refused.
 *
 * <p>Reference: Malladi, Gao, Nichani, Damian, Lee, Chen, Arora, <em>Fine-Tuning Language Models with Just Forward
 * Passes</em>, NeurIPS 2023. Deviations: θ is not perturbed in place (in floating point θ + σε − σε is not θ); several
 * samples per step; directions per example if wished.
 */
public final class MezoEstimator implements GradientEstimator {
    private static final int QUERIES = 2;

    private final StreamedObjective objective;
    private final Parameters parameters;
    private final TensorOps ops;
    private final MezoConfig config;
    private final EstimatorRules rules;

    /**
     * An estimator for one streamed black box.
     *
     * @param objective answers queries
     * @param parameters the present point; what is not trainable is not perturbed
     * @param ops tensor operations
     * @param config configuration
     */
    public MezoEstimator(StreamedObjective objective, Parameters parameters, TensorOps ops, MezoConfig config) {
        this(objective, parameters, ops, config, EstimatorRules.of(SamplingScheme.ANTITHETIC));
    }

    MezoEstimator(
            StreamedObjective objective,
            Parameters parameters,
            TensorOps ops,
            MezoConfig config,
            EstimatorRules rules) {
        if (parameters.dimension() != objective.dimension()) {
            throw new IllegalArgumentException("parameters.dimension = " + parameters.dimension() + ", expected "
                    + objective.dimension() + " as the objective takes");
        }
        this.objective = objective;
        this.parameters = parameters;
        this.ops = ops;
        this.config = config;
        this.rules = rules;
    }

    @Override
    public String name() {
        return "mezo";
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public SamplingCost cost() {
        return new SamplingCost(0, QUERIES, 1);
    }

    @Override
    public GradientTarget target() {
        return config.distribution() == Distribution.GAUSSIAN
                ? GradientTarget.SMOOTHED_GRADIENT
                : GradientTarget.GRADIENT_TO_SECOND_ORDER;
    }

    @Override
    public SampleIndependence independence() {
        return config.sharedByBatch() ? SampleIndependence.SHARED_DIRECTIONS : SampleIndependence.INDEPENDENT;
    }

    @Override
    public MezoStep begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        EstimatorChecks.requireBatch(examples, objective.examples());
        return new MezoStep(new StepSignals(step, examples.clone(), new float[0], new float[0]), key, ledger);
    }

    /** One step on one batch. */
    public final class MezoStep implements Step {
        private final StepSignals signals;
        private final RandomKey key;
        private final CostLedger ledger;

        private MezoStep(StepSignals signals, RandomKey key, CostLedger ledger) {
            this.signals = signals;
            this.key = key;
            this.ledger = ledger;
        }

        @Override
        public StepSignals signals() {
            return signals;
        }

        @Override
        public GradientEstimate estimate(Allocation allocation) {
            Queried queried = query(allocation);
            long begun = System.nanoTime();
            ledger.addFlops(contractionFlops(allocation));
            float[] gradient = weighted(allocation, queried).toGradient();
            ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - begun);
            return new GradientEstimate(gradient, queried.variances(), queried.meanLoss());
        }

        /**
         * One step of gradient descent, θ ← θ − η ĝ, without a vector for ĝ; the same bits as
         * {@link #estimate} followed by stochastic gradient descent without momentum and decay.
         *
         * @param allocation samples per example of the batch
         * @param learningRate η &gt; 0
         * @return mean over the batch of the perturbed losses
         * @throws NumericalException if a perturbed loss is not finite; the parameters are unchanged
         */
        public double descendInPlace(Allocation allocation, double learningRate) {
            if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("learningRate = " + learningRate + ", expected > 0 and finite");
            }
            Queried queried = query(allocation);
            ledger.addFlops(contractionFlops(allocation));
            weighted(allocation, queried).descendInPlace((float) learningRate, ledger);
            return queried.meanLoss();
        }

        private long contractionFlops(Allocation allocation) {
            int directions = config.sharedByBatch() ? allocation.samples(0) : allocation.total();
            return DirectionContraction.flops(parameters, directions);
        }

        /** Weights w_ik of a step, with what is known beside them. */
        private record Queried(float[][] weights, double[] variances, double meanLoss) {}

        private NoiseAddress address(int i, int k) {
            RandomKey own = config.sharedByBatch()
                    ? key.forStep(signals.step())
                    : key.forExample(signals.step(), signals.examples()[i]);
            return new NoiseAddress(own, 0, k);
        }

        private Queried query(Allocation allocation) {
            EstimatorChecks.requireAllocation(allocation, signals, 1, independence());
            long begun = System.nanoTime();
            int batch = signals.batchSize();
            float[][] weights = new float[batch][];
            double[] lossSums = new double[batch];
            for (int i = 0; i < batch; i++) {
                weights[i] = new float[allocation.samples(i)];
            }
            // Shared: one point serves the whole batch. Otherwise each example has points of its own.
            int group = config.sharedByBatch() ? batch : 1;
            for (int i = 0; i < batch; i += group) {
                for (int k = 0; k < allocation.samples(i); k++) {
                    queryPair(i, i + group, k, weights, lossSums);
                }
            }
            ledger.addNanoseconds(CostLedger.Phase.SAMPLES, System.nanoTime() - begun);
            return summarised(allocation, weights, lossSums);
        }

        private void queryPair(int from, int to, int k, float[][] weights, double[] lossSums) {
            int[] asked = Arrays.copyOfRange(signals.examples(), from, to);
            float[] plus = new float[asked.length];
            float[] minus = new float[asked.length];
            long before = objective.flops();
            objective.evaluatePair(
                    point(from, k, config.sigma()), point(from, k, -config.sigma()), asked.clone(), plus, minus);
            ledger.addQueries(CostLedger.Kind.PERTURBED, (long) QUERIES * asked.length);
            ledger.addFlops(objective.flops() - before + DirectionContraction.flops(parameters, QUERIES));
            ledger.observeBytes((long) parameters.dimension() * Float.BYTES + objective.bytes());
            requireFinite(plus, asked, k);
            requireFinite(minus, asked, k);
            for (int i = from; i < to; i++) {
                weights[i][k] = rules.weight().weight(plus[i - from], minus[i - from], Float.NaN);
                lossSums[i] += plus[i - from];
            }
        }

        private ParameterPoint point(int i, int k, float signedSigma) {
            return new PerturbedPoint(ops, parameters, config.distribution(), address(i, k), signedSigma);
        }

        private void requireFinite(float[] losses, int[] asked, int k) {
            for (int q = 0; q < losses.length; q++) {
                if (!Float.isFinite(losses[q])) {
                    throw new NumericalException("perturbed loss = " + losses[q] + " for example " + asked[q]
                            + ", sample " + k + " in step " + signals.step());
                }
            }
        }

        private Queried summarised(Allocation allocation, float[][] weights, double[] lossSums) {
            double[] variances = new double[weights.length];
            double meanLoss = 0;
            double sigma = config.sigma();
            for (int i = 0; i < weights.length; i++) {
                double squares = DirectionContraction.sumOfSquares(weights[i]) / weights[i].length;
                variances[i] = parameters.trainableDimension() / (sigma * sigma) * squares;
                if (weights[i].length > 0) {
                    meanLoss += allocation.weight(i) * lossSums[i] / weights[i].length / weights.length;
                }
            }
            return new Queried(weights, variances, meanLoss);
        }

        /** The directions with their coefficients; shared ones carry the sum of the batch's weights. */
        private WeightedDirections weighted(Allocation allocation, Queried queried) {
            int batch = signals.batchSize();
            int groups = config.sharedByBatch() ? 1 : batch;
            NoiseAddress[][] directions = new NoiseAddress[groups][];
            float[][] coefficients = new float[groups][];
            for (int g = 0; g < groups; g++) {
                int n = allocation.samples(g);
                directions[g] = new NoiseAddress[n];
                coefficients[g] = new float[n];
                double scale = rules.scale().scale(config.sigma(), n, batch, allocation.total());
                for (int k = 0; k < n; k++) {
                    double weight = 0;
                    for (int i = g; i < (config.sharedByBatch() ? batch : g + 1); i++) {
                        weight += allocation.weight(i) * queried.weights()[i][k];
                    }
                    NoiseAddress sample = address(g, k);
                    directions[g][k] =
                            NoiseAddress.of(sample.key(), rules.contraction().applyAsInt(sample.counter1()));
                    coefficients[g][k] = (float) (scale * weight);
                }
            }
            return new WeightedDirections(
                    ops, parameters, config.distribution(), directions, coefficients, signals.step());
        }
    }
}
