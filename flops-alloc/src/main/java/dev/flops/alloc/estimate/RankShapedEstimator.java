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
import dev.flops.api.StepSignals;
import dev.flops.tensor.TensorOps;

/**
 * Evolution strategies (ES) with rank shaping: losses are replaced by their centred ranks u in [−½, ½] among the losses of
 * the example, or of the batch,
 *
 * <pre>
 *   g_ik = c Σ_m w ε / σ      w = u(θ + σε)   or, in pairs,   (u(θ + σε) − u(θ − σε)) / 2
 * </pre>
 *
 * <p>Biased on purpose: outliers lose their weight and any increasing transformation of the losses leaves the estimate as
 * it is, but its expectation is no gradient and it makes no claim to be. For one example with a linear loss of gradient g,
 * Gaussian directions and n ≥ 2 samples it is g/(2√π σ‖g‖): the direction without the length.
 *
 * <p>The expectation depends on how many losses are ranked together; so only an equal allocation is accepted. Queries per
 * sample: K or 2K.
 *
 * <p>Reference: Salimans, Ho, Chen, Sidor, Sutskever, <em>Evolution Strategies as a Scalable Alternative to Reinforcement
 * Learning</em>, 2017 (arXiv 1703.03864). Deviation: directions of each example are its own.
 */
public final class RankShapedEstimator implements GradientEstimator {
    private final Objective objective;
    private final Parameters parameters;
    private final TensorOps ops;
    private final RankShapedConfig config;
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
    public RankShapedEstimator(Objective objective, Parameters parameters, TensorOps ops, RankShapedConfig config) {
        this(
                objective,
                parameters,
                ops,
                config,
                EstimatorRules.of(
                        config.difference() == Difference.CENTRAL
                                ? SamplingScheme.ANTITHETIC
                                : SamplingScheme.ONE_POINT));
    }

    RankShapedEstimator(
            Objective objective, Parameters parameters, TensorOps ops, RankShapedConfig config, EstimatorRules rules) {
        EstimatorChecks.requireFitting(objective, parameters);
        this.objective = objective;
        this.parameters = parameters;
        this.ops = ops;
        this.config = config;
        this.rules = rules;
        this.directionsPerSample = config.directions().perSample(parameters.dimension());
    }

    @Override
    public String name() {
        return "rank-shaped-" + config.directions().name();
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public SamplingCost cost() {
        int queries =
                Math.multiplyExact(directionsPerSample, config.difference().queries());
        return new SamplingCost(0, queries, queries == 1 ? 2 : 1);
    }

    @Override
    public GradientTarget target() {
        return GradientTarget.BIASED;
    }

    @Override
    public SampleIndependence independence() {
        return SampleIndependence.RANKED_LOSSES;
    }

    RankScope scope() {
        return config.scope();
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        EstimatorChecks.requireBatch(examples, objective.examples());
        return new BatchStep(new StepSignals(step, examples.clone(), new float[0], new float[0]), key, ledger);
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
            EstimatorChecks.requireAllocation(allocation, signals, cost().minimumSamples(), independence());
            SamplePlan plan =
                    new SamplePlan(signals.step(), signals.examples(), allocation, key, cost().queriesPerSample());
            DirectionSource source = config.directions().source(ops, parameters);
            float[] losses = new ObjectiveQueries(objective, parameters, config.queriesPerCall())
                    .perturbed(
                            signals,
                            plan,
                            source,
                            config.difference(),
                            config.sigma(),
                            CostLedger.Kind.PERTURBED,
                            ledger);
            long begun = System.nanoTime();
            double meanLoss = 0;
            for (float loss : losses) {
                meanLoss += loss;
            }
            rankInPlace(plan, losses);
            GradientEstimate estimate = contract(plan, source, losses, meanLoss / losses.length);
            EstimatorChecks.requireFinite(estimate.gradient(), signals.step());
            ledger.addFlops(DirectionContraction.flops(parameters, (long) plan.totalSamples() * directionsPerSample));
            ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - begun);
            return estimate;
        }

        private void rankInPlace(SamplePlan plan, float[] losses) {
            if (config.scope() == RankScope.BATCH) {
                CentredRanks.rankInPlace(losses, 0, losses.length);
                return;
            }
            for (int i = 0; i < plan.batchSize(); i++) {
                CentredRanks.rankInPlace(losses, plan.row(i, 0), plan.row(i, plan.samples(i)));
            }
        }

        private GradientEstimate contract(SamplePlan plan, DirectionSource source, float[] ranks, double meanLoss) {
            int d = parameters.dimension();
            Directions directions = config.directions();
            DirectionContraction contraction =
                    new DirectionContraction(source, rules.contraction(), d, directionsPerSample);
            double[] variances = new double[plan.batchSize()];
            for (int i = 0; i < plan.batchSize(); i++) {
                float[] weights = new float[plan.samples(i) * directionsPerSample];
                for (int w = 0; w < weights.length; w++) {
                    int row = plan.row(i, 0) + w * config.difference().queries();
                    float minus = config.difference() == Difference.CENTRAL ? ranks[row + 1] : Float.NaN;
                    weights[w] = rules.weight().weight(ranks[row], minus, 0);
                }
                double scale = plan.weight(i)
                        * directions.factor(d)
                        * rules.scale().scale(config.sigma(), plan.samples(i), plan.batchSize(), plan.totalSamples());
                contraction.addExample(plan, i, weights, scale);
                double length = directions.factor(d) / config.sigma();
                double squares = DirectionContraction.sumOfSquares(weights) / plan.samples(i);
                variances[i] = directions.squaredNorm(d) * length * length * squares;
            }
            return new GradientEstimate(contraction.gradient(), variances, meanLoss);
        }
    }
}
