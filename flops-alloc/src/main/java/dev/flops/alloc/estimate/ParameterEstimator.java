package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.Distribution;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.NumericalException;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import java.util.Arrays;

/**
 * Smoothed-gradient estimator in parameter space for any black box: each sample has a direction of its own,
 *
 * <pre>
 *   g_ik = w_ik ε_ik / σ,   ε_ik ~ N(0, I) or Rademacher
 * </pre>
 *
 * with w from the {@link SamplingScheme}. Gaussian directions: evolution strategies (ES) and the Gaussian smoothing of
 * Nesterov and Spokoiny (2017), unbiased for the gradient of the σ-smoothed loss. Rademacher directions: simultaneous
 * perturbation stochastic approximation (SPSA, Spall 1992), unbiased up to O(σ²). For a linear loss with gradient g and
 * a baseline or pairs the trace of the covariance of one sample is (d + 1)‖g‖² (Gaussian) or (d − 1)‖g‖²
 * (Rademacher).
 *
 * <p>Perturbed points are formed in a buffer; the parameters themselves are never modified.
 */
public final class ParameterEstimator implements GradientEstimator {
    private final Objective objective;
    private final Parameters parameters;
    private final TensorOps ops;
    private final ParameterEstimatorConfig config;
    private final EstimatorRules rules;

    /**
     * An estimator for one black box.
     *
     * @param objective answers queries
     * @param parameters the present point, d values, all trainable
     * @param ops tensor operations
     * @param config configuration
     */
    public ParameterEstimator(
            Objective objective, Parameters parameters, TensorOps ops, ParameterEstimatorConfig config) {
        this(objective, parameters, ops, config, EstimatorRules.of(config.scheme()));
    }

    ParameterEstimator(
            Objective objective,
            Parameters parameters,
            TensorOps ops,
            ParameterEstimatorConfig config,
            EstimatorRules rules) {
        if (parameters.dimension() != objective.dimension()) {
            throw new IllegalArgumentException("parameters.dimension = " + parameters.dimension() + ", expected "
                    + objective.dimension() + " as the objective takes");
        }
        if (parameters.trainableDimension() != parameters.dimension()) {
            throw new IllegalArgumentException("parameters.trainableDimension = " + parameters.trainableDimension()
                    + ", expected all " + parameters.dimension());
        }
        this.objective = objective;
        this.parameters = parameters;
        this.ops = ops;
        this.config = config;
        this.rules = rules;
    }

    @Override
    public String name() {
        return config.distribution() == Distribution.GAUSSIAN ? "gaussian-smoothing" : "spsa";
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public SamplingCost cost() {
        int clean = config.scheme() == SamplingScheme.CLEAN_BASELINE ? 1 : 0;
        return new SamplingCost(clean, config.scheme().queries(), 1);
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        if (Arrays.stream(examples).distinct().count() != examples.length) {
            throw new IllegalArgumentException("examples = " + Arrays.toString(examples)
                    + ", expected distinct examples: the perturbations of equal ones would be the same");
        }
        int d = parameters.dimension();
        float[] losses = new float[0];
        if (cost().cleanQueriesPerExample() == 1) {
            long begun = System.nanoTime();
            float[] points = new float[examples.length * d];
            for (int i = 0; i < examples.length; i++) {
                System.arraycopy(parameters.values(), 0, points, i * d, d);
            }
            losses = new float[examples.length];
            objective.evaluate(points, examples, losses);
            ledger.addQueries(CostLedger.Kind.CLEAN, examples.length);
            ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
            for (int i = 0; i < losses.length; i++) {
                if (!Float.isFinite(losses[i])) {
                    throw new NumericalException(
                            "clean loss = " + losses[i] + " for example " + examples[i] + " in step " + step);
                }
            }
        }
        return new BatchStep(new StepSignals(step, examples.clone(), losses, new float[0]), key, ledger);
    }

    private final class BatchStep implements Step {
        private final StepSignals signals;
        private final RandomKey key;
        private final CostLedger ledger;

        BatchStep(StepSignals signals, RandomKey key, CostLedger ledger) {
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
            return sampled(allocation, key, CostLedger.Kind.PERTURBED);
        }

        @Override
        public GradientEstimate pilot(Allocation allocation) {
            return sampled(allocation, key.forPurpose(RandomKey.Purpose.PILOT), CostLedger.Kind.PILOT);
        }

        private GradientEstimate sampled(Allocation allocation, RandomKey noise, CostLedger.Kind kind) {
            if (allocation.examples() != signals.batchSize()) {
                throw new IllegalArgumentException(
                        "allocation has " + allocation.examples() + " examples, expected " + signals.batchSize());
            }
            SamplePlan plan = new SamplePlan(
                    signals.step(),
                    signals.examples(),
                    allocation,
                    noise,
                    config.scheme().queries());
            long begun = System.nanoTime();
            float[] losses = query(plan);
            long queried = System.nanoTime();
            ledger.addNanoseconds(CostLedger.Phase.SAMPLES, queried - begun);
            ledger.addQueries(kind, losses.length);
            GradientEstimate estimate = contract(plan, losses);
            ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - queried);
            return estimate;
        }

        /** Losses of all rows of the plan, in order. */
        private float[] query(SamplePlan plan) {
            int d = parameters.dimension();
            float[] losses = new float[plan.rows()];
            int perCall = config.queriesPerCall() / plan.queriesPerSample() * plan.queriesPerSample();
            Tensor theta = Tensor.of(parameters.values(), 1, d);
            int[] example = new int[plan.rows()];
            int[] sample = new int[plan.rows()];
            for (int i = 0; i < plan.batchSize(); i++) {
                for (int k = 0; k < plan.samples(i); k++) {
                    for (int q = 0; q < plan.queriesPerSample(); q++) {
                        example[plan.row(i, k) + q] = i;
                        sample[plan.row(i, k) + q] = k;
                    }
                }
            }
            for (int first = 0; first < losses.length; first += perCall) {
                int count = Math.min(perCall, losses.length - first);
                Tensor points = Tensor.zeros(count, d);
                int[] asked = new int[count];
                for (int row = 0; row < count; row++) {
                    int i = example[first + row];
                    asked[row] = signals.examples()[i];
                    float sigma = (first + row) % plan.queriesPerSample() == 0 ? config.sigma() : -config.sigma();
                    ops.noise()
                            .addNoiseToRowInto(
                                    config.distribution(),
                                    plan.address(i, sample[first + row], 0),
                                    sigma,
                                    theta,
                                    0,
                                    points,
                                    row);
                }
                float[] answers = new float[count];
                objective.evaluate(points.array(), asked, answers);
                System.arraycopy(answers, 0, losses, first, count);
            }
            for (int row = 0; row < losses.length; row++) {
                if (!Float.isFinite(losses[row])) {
                    throw new NumericalException("perturbed loss = " + losses[row] + " for example "
                            + signals.examples()[example[row]] + ", sample " + sample[row] + " in step "
                            + signals.step());
                }
            }
            return losses;
        }

        /** S_i is one chain over the samples of an example; ĝ one chain over the examples. */
        private GradientEstimate contract(SamplePlan plan, float[] losses) {
            int d = parameters.dimension();
            float[] gradient = new float[d];
            double[] variances = new double[plan.batchSize()];
            Tensor sum = Tensor.zeros(1, d);
            double meanLoss = 0;
            for (int i = 0; i < plan.batchSize(); i++) {
                Arrays.fill(sum.array(), 0f);
                double scale = plan.weight(i)
                        * rules.scale().scale(config.sigma(), plan.samples(i), plan.batchSize(), plan.totalSamples());
                double squares = 0;
                double lossSum = 0;
                for (int k = 0; k < plan.samples(i); k++) {
                    int row = plan.row(i, k);
                    float minus = plan.queriesPerSample() == 2 ? losses[row + 1] : Float.NaN;
                    float clean = signals.cleanLosses().length == 0 ? Float.NaN : signals.cleanLosses()[i];
                    float weight = rules.weight().weight(losses[row], minus, clean);
                    squares += (double) weight * weight;
                    lossSum += losses[row];
                    ops.noise()
                            .addNoiseToRowInto(
                                    config.distribution(),
                                    rules.contraction().apply(plan.address(i, k, 0)),
                                    (float) (scale * weight),
                                    sum,
                                    0,
                                    sum,
                                    0);
                }
                for (int p = 0; p < d; p++) {
                    gradient[p] += sum.array()[p];
                }
                variances[i] = d / ((double) config.sigma() * config.sigma()) * squares / plan.samples(i);
                meanLoss += signals.cleanLosses().length > 0
                        ? signals.cleanLosses()[i]
                        : plan.weight(i) * lossSum / Math.max(1, plan.samples(i));
            }
            return new GradientEstimate(gradient, variances, meanLoss / plan.batchSize());
        }
    }
}
