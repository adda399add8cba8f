package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.alloc.direction.Directions;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.Stateful;
import dev.flops.api.StepSignals;
import dev.flops.tensor.TensorOps;

/**
 * Finite differences in parameter space for any black box. Each sample has directions of its own,
 *
 * <pre>
 *   g_ik = c Σ_m w_ikm ε_ikm / σ        w = ℓ_i(θ + σε) − b   or   (ℓ_i(θ + σε) − ℓ_i(θ − σε)) / 2
 * </pre>
 *
 * composed of {@link Directions} (distribution of ε, number of directions of a sample, c), a {@link Difference} and a
 * {@link Baseline} b. One-point evolution strategies (ES) are one-sided without baseline, SPSA (Spall 1992) is central
 * with Rademacher directions, coordinate-wise estimation central along all unit vectors.
 *
 * <p>Queries per sample: K or 2K, and one clean query per example if the baseline asks for it. Target, variance and
 * reference: see the directions and the baseline. v̂_i is the mean over samples of c² (E‖ε‖²/σ²) Σ_m w²; 0 for directions that
 * are not random.
 *
 * <p>Perturbed points are formed in a buffer; the parameters themselves are never modified.
 */
public final class ParameterEstimator implements GradientEstimator {
    private final Objective objective;
    private final Parameters parameters;
    private final TensorOps ops;
    private final ParameterEstimatorConfig config;
    private final EstimatorRules rules;
    private final int directionsPerSample;

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
        this(objective, parameters, ops, config, EstimatorRules.of(scheme(config.difference())));
    }

    ParameterEstimator(
            Objective objective,
            Parameters parameters,
            TensorOps ops,
            ParameterEstimatorConfig config,
            EstimatorRules rules) {
        EstimatorChecks.requireFitting(objective, parameters);
        this.objective = objective;
        this.parameters = parameters;
        this.ops = ops;
        this.config = config;
        this.rules = rules;
        this.directionsPerSample = config.directions().perSample(parameters.dimension());
    }

    private static SamplingScheme scheme(Difference difference) {
        return difference == Difference.CENTRAL ? SamplingScheme.ANTITHETIC : SamplingScheme.CLEAN_BASELINE;
    }

    @Override
    public String name() {
        return config.directions().name();
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public SamplingCost cost() {
        return new SamplingCost(
                config.baseline().cleanQueriesPerExample(),
                Math.multiplyExact(directionsPerSample, config.difference().queries()),
                config.baseline().minimumSamples());
    }

    @Override
    public GradientTarget target() {
        GradientTarget target = config.directions().target();
        boolean firstOrder = target == GradientTarget.GRADIENT_TO_SECOND_ORDER
                && !config.directions().random()
                && config.difference() == Difference.ONE_SIDED;
        return firstOrder ? GradientTarget.GRADIENT_TO_FIRST_ORDER : target;
    }

    @Override
    public SampleIndependence independence() {
        return config.directions().random() ? SampleIndependence.INDEPENDENT : SampleIndependence.DETERMINISTIC;
    }

    @Override
    public Stateful state() {
        return config.baseline().state();
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        EstimatorChecks.requireBatch(examples, objective.examples());
        ObjectiveQueries queries = new ObjectiveQueries(objective, parameters, config.queriesPerCall());
        float[] losses =
                config.baseline().cleanQueriesPerExample() == 0 ? new float[0] : queries.clean(step, examples, ledger);
        return new BatchStep(new StepSignals(step, examples.clone(), losses, new float[0]), queries, key, ledger);
    }

    private final class BatchStep implements Step {
        private final StepSignals signals;
        private final ObjectiveQueries queries;
        private final RandomKey key;
        private final CostLedger ledger;

        BatchStep(StepSignals signals, ObjectiveQueries queries, RandomKey key, CostLedger ledger) {
            this.signals = signals;
            this.queries = queries;
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
            EstimatorChecks.requireAllocation(
                    allocation, signals, config.baseline().minimumSamples(), independence());
            SamplePlan plan =
                    new SamplePlan(signals.step(), signals.examples(), allocation, noise, cost().queriesPerSample());
            DirectionSource source = config.directions().source(ops, parameters);
            float[] losses =
                    queries.perturbed(signals, plan, source, config.difference(), config.sigma(), kind, ledger);
            long begun = System.nanoTime();
            GradientEstimate estimate = contract(plan, source, losses);
            EstimatorChecks.requireFinite(estimate.gradient(), signals.step());
            observe(plan, losses);
            ledger.addFlops(DirectionContraction.flops(parameters, (long) plan.totalSamples() * directionsPerSample));
            ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - begun);
            return estimate;
        }

        private GradientEstimate contract(SamplePlan plan, DirectionSource source, float[] losses) {
            int d = parameters.dimension();
            Directions directions = config.directions();
            DirectionContraction contraction =
                    new DirectionContraction(source, rules.contraction(), d, directionsPerSample);
            double[] variances = new double[plan.batchSize()];
            double meanLoss = 0;
            for (int i = 0; i < plan.batchSize(); i++) {
                double[] sampleLosses = sampleLosses(plan, losses, i);
                float[] weights = weights(plan, losses, i, sampleLosses);
                double scale = plan.weight(i)
                        * directions.factor(d)
                        * rules.scale().scale(config.sigma(), plan.samples(i), plan.batchSize(), plan.totalSamples());
                contraction.addExample(plan, i, weights, scale);
                if (directions.random()) {
                    double length = directions.factor(d) / config.sigma();
                    double squares = DirectionContraction.sumOfSquares(weights) / plan.samples(i);
                    variances[i] = directions.squaredNorm(d) * length * length * squares;
                }
                if (signals.cleanLosses().length > 0) {
                    meanLoss += signals.cleanLosses()[i];
                } else if (plan.samples(i) > 0) {
                    meanLoss += plan.weight(i) * mean(sampleLosses);
                }
            }
            return new GradientEstimate(contraction.gradient(), variances, meanLoss / plan.batchSize());
        }

        /** Only of an estimate that is finite: a step that fails leaves the baseline as it was. */
        private void observe(SamplePlan plan, float[] losses) {
            for (int i = 0; i < plan.batchSize(); i++) {
                if (plan.samples(i) > 0) {
                    config.baseline().observe(signals.examples()[i], mean(sampleLosses(plan, losses, i)));
                }
            }
        }

        /** Mean of the losses ℓ(θ + σε) of each sample of example i. */
        private double[] sampleLosses(SamplePlan plan, float[] losses, int i) {
            double[] means = new double[plan.samples(i)];
            for (int k = 0; k < means.length; k++) {
                double sum = 0;
                for (int m = 0; m < directionsPerSample; m++) {
                    sum += losses[plan.row(i, k) + m * config.difference().queries()];
                }
                means[k] = sum / directionsPerSample;
            }
            return means;
        }

        /** w of each direction of each sample of example i. */
        private float[] weights(SamplePlan plan, float[] losses, int i, double[] sampleLosses) {
            double[] baselines = new double[sampleLosses.length];
            double clean = signals.cleanLosses().length == 0 ? Double.NaN : signals.cleanLosses()[i];
            config.baseline().fill(signals.examples()[i], clean, sampleLosses, baselines);
            float[] weights = new float[sampleLosses.length * directionsPerSample];
            for (int w = 0; w < weights.length; w++) {
                int row = plan.row(i, 0) + w * config.difference().queries();
                float minus = config.difference() == Difference.CENTRAL ? losses[row + 1] : Float.NaN;
                weights[w] = rules.weight().weight(losses[row], minus, (float) baselines[w / directionsPerSample]);
            }
            return weights;
        }

        private static double mean(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum / values.length;
        }
    }
}
