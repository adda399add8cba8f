package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.alloc.direction.Directions;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.DirectionalObjective;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SampleIndependence;
import dev.flops.api.SamplingCost;
import dev.flops.api.StepSignals;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;

/**
 * The forward gradient: directional derivatives, exact and without σ, along random directions,
 *
 * <pre>
 *   g_ik = c Σ_m (∇ℓ_i(θ) · ε_ikm) ε_ikm
 * </pre>
 *
 * <p>Queries per sample: K, each a forward that carries a tangent along (about two plain forwards in work; one query in the
 * ledger). Target: ∇ℓ exactly, since E[c Σ ε εᵀ] = I. Variance for any loss: (d + 1)‖∇ℓ‖² with Gaussian directions,
 * (d − 1)‖∇ℓ‖² with signs or on the sphere, (d/K − 1)‖∇ℓ‖² with orthonormal sets, 0 with all coordinates.
 *
 * <p>Reference: Baydin, Pearlmutter, Syme, Wood, Torr, <em>Gradients without Backpropagation</em>, 2022 (arXiv 2202.08587).
 */
public final class ForwardGradientEstimator implements GradientEstimator {
    private final DirectionalObjective objective;
    private final Parameters parameters;
    private final TensorOps ops;
    private final ForwardGradientConfig config;
    private final EstimatorRules rules;
    private final int directionsPerSample;

    /**
     * An estimator for one black box with directional derivatives.
     *
     * @param objective answers queries
     * @param parameters the present point, d values, all trainable
     * @param ops tensor operations
     * @param config configuration
     */
    public ForwardGradientEstimator(
            DirectionalObjective objective, Parameters parameters, TensorOps ops, ForwardGradientConfig config) {
        this(objective, parameters, ops, config, EstimatorRules.of(SamplingScheme.ONE_POINT));
    }

    ForwardGradientEstimator(
            DirectionalObjective objective,
            Parameters parameters,
            TensorOps ops,
            ForwardGradientConfig config,
            EstimatorRules rules) {
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
        return "forward-gradient";
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public SamplingCost cost() {
        return new SamplingCost(0, directionsPerSample, 1);
    }

    @Override
    public GradientTarget target() {
        GradientTarget target = config.directions().target();
        return target == GradientTarget.PARTIAL_GRADIENT ? target : GradientTarget.GRADIENT;
    }

    @Override
    public SampleIndependence independence() {
        return config.directions().random() ? SampleIndependence.INDEPENDENT : SampleIndependence.DETERMINISTIC;
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
        private double meanLoss;

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
            EstimatorChecks.requireAllocation(allocation, signals, 1, independence());
            SamplePlan plan = new SamplePlan(signals.step(), signals.examples(), allocation, key, directionsPerSample);
            DirectionSource source = config.directions().source(ops, parameters);
            long begun = System.nanoTime();
            long before = objective.flops();
            float[] derivatives = query(plan, source);
            ledger.addFlops(objective.flops() - before);
            long queried = System.nanoTime();
            ledger.addNanoseconds(CostLedger.Phase.SAMPLES, queried - begun);
            ledger.addQueries(CostLedger.Kind.PERTURBED, derivatives.length);
            GradientEstimate estimate = contract(plan, source, derivatives);
            EstimatorChecks.requireFinite(estimate.gradient(), signals.step());
            // Once to form the directions, once to add them up.
            ledger.addFlops(2 * DirectionContraction.flops(parameters, derivatives.length));
            ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - queried);
            return estimate;
        }

        private float[] query(SamplePlan plan, DirectionSource source) {
            int d = parameters.dimension();
            Tensor zero = Tensor.zeros(1, d);
            float[] derivatives = new float[plan.rows()];
            SamplePlan.Position at = plan.start();
            meanLoss = 0;
            for (int first = 0; first < derivatives.length; first += config.queriesPerCall()) {
                int count = Math.min(config.queriesPerCall(), derivatives.length - first);
                Tensor directions = Tensor.zeros(count, d);
                SamplePlan.Position[] positions = new SamplePlan.Position[count];
                int[] asked = new int[count];
                for (int row = 0; row < count; row++) {
                    positions[row] = at;
                    asked[row] = signals.examples()[at.example()];
                    source.addInto(plan.address(at.example(), at.sample(), 0), at.query(), 1, zero, 0, directions, row);
                    at = plan.next(at);
                }
                float[] losses = new float[count];
                float[] answers = new float[count];
                objective.evaluateAlong(parameters.values(), directions.array(), asked, losses, answers);
                for (int row = 0; row < count; row++) {
                    requireFinite(losses[row], answers[row], asked[row], positions[row].sample());
                    int queries = plan.samples(positions[row].example()) * directionsPerSample * plan.batchSize();
                    meanLoss += plan.weight(positions[row].example()) * losses[row] / queries;
                }
                System.arraycopy(answers, 0, derivatives, first, count);
            }
            return derivatives;
        }

        private void requireFinite(float loss, float derivative, int example, int sample) {
            if (!Float.isFinite(loss) || !Float.isFinite(derivative)) {
                throw new NumericalException("loss = " + loss + ", directional derivative = " + derivative
                        + " for example " + example + ", sample " + sample + " in step " + signals.step());
            }
        }

        private GradientEstimate contract(SamplePlan plan, DirectionSource source, float[] derivatives) {
            int d = parameters.dimension();
            Directions directions = config.directions();
            double factor = directions.factor(d);
            DirectionContraction contraction =
                    new DirectionContraction(source, rules.contraction(), d, directionsPerSample);
            double[] variances = new double[plan.batchSize()];
            for (int i = 0; i < plan.batchSize(); i++) {
                float[] weights = new float[plan.samples(i) * directionsPerSample];
                for (int w = 0; w < weights.length; w++) {
                    weights[w] = rules.weight().weight(derivatives[plan.row(i, 0) + w], Float.NaN, 0);
                }
                contraction.addExample(
                        plan,
                        i,
                        weights,
                        plan.weight(i)
                                * factor
                                * rules.scale().scale(1, plan.samples(i), plan.batchSize(), plan.totalSamples()));
                if (directions.random()) {
                    double squares = DirectionContraction.sumOfSquares(weights) / plan.samples(i);
                    variances[i] = directions.squaredNorm(d) * factor * factor * squares;
                }
            }
            return new GradientEstimate(contraction.gradient(), variances, meanLoss);
        }
    }
}
