package dev.flops.alloc.allocate;

import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Learned;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.alloc.allocate.PolicyGradient.Parts;
import dev.flops.alloc.internal.elementary.IntegerPower;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;
import java.util.Arrays;

/**
 * The Gaussian allocator: scores of the examples are jointly normal with mean and covariance given by features and four
 * parameters φ = (w, b, ln s, ln ℓ), a link turns scores into shares, and shares into samples:
 *
 * <pre>
 *   μ_i = w z_i + b     Σ_ij = s² exp(−(z_i − z_j)²/(2 ℓ²)) + jitter · 1[i = j]     u = μ + C ξ,  Σ = C Cᵀ,  ξ ~ N(0, I)
 *   share = link(u)     n_i = n_min + round((N_s − B n_min) share_i)   by largest remainder, ties by index
 * </pre>
 *
 * <p>The feature z_i of an example is standardised over the batch: log of the remembered ŝ_i where it is known, else
 * log(EL2N_i + 1e-6), else log(max(ℓ_i, 0) + 1e-6), else 0.
 *
 * <p>After a step, φ moves along an estimate of ∇_φ E[ρ], with ρ(n) = 1 − [Σ v̂_i/n_i] / [Σ v̂_i/(N_s/B)] the share of equal
 * allocation's variance that n saves under the v̂ of that step. It is estimated from M fresh allocations, which cost no query.
 * φ moves by Adam (β₁ = 0.9, β₂ = 0.99, ε = 1e-8) and is clamped to the ranges of {@link GaussianParameters} and to the floor of
 * s. v̂_i that are not finite and ≥ 0 are replaced by the mean of the others, and all are floored at 1e-6 of it; when no v̂_i is
 * positive the step teaches nothing, and φ stays.
 *
 * <p>State: (w, b, ln s, ln ℓ), Adam's first and second moments of each, the number of updates, and the running mean (weight
 * of the newest 0.05) of the draws' mean reward. Time O(B³) + M O(B²) per step.
 *
 * <p>It keeps the scratch memory of its last batch size, and so serves one thread at a time.
 *
 * <p>Reference: Ren, Zhang, Jiang, Li, Zhang, Feng, Peng, <em>FLOPS: Forward Learning with OPtimal Sampling</em>, ICLR 2025,
 * arXiv 2410.05966. Deviations: the gradient of an example is averaged over its own samples, so that ρ is the variance saved
 * and not a change of objective; the softmax link, the leave-one-out baseline and the pathwise gradient are additions.
 */
public final class GaussianAllocator implements QueryAllocator {
    private static final int STATE_LENGTH = 3 * GaussianParameters.COUNT + 2;
    private static final int UPDATES = 3 * GaussianParameters.COUNT;
    private static final int REWARD = UPDATES + 1;
    private static final double NEWEST_REWARD = 0.05;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final double EPSILON = 1e-8;

    private final GaussianAllocatorConfig config;
    private final Learned[] learned;
    private final Parts parts;
    private final double[] values = new double[STATE_LENGTH];
    private final double[] gradient = new double[GaussianParameters.COUNT];
    private Scratch scratch;
    private AllocatorState lastState;
    private GaussianParameters lastParameters;

    /** Memory for batches of one size. */
    private static final class Scratch {
        private final AllocationFeatures features;
        private final double[] z;
        private final double[] variances;
        private final AllocationReward reward;
        private final GaussianScores scores;
        private final PolicyGradient policy;

        private Scratch(int batch, GaussianAllocatorConfig config, Parts parts) {
            this.features = new AllocationFeatures(batch);
            this.z = new double[batch];
            this.variances = new double[batch];
            this.reward = new AllocationReward(parts.equalVariance());
            this.scores = new GaussianScores(batch);
            this.policy = new PolicyGradient(scores, config.link(), parts, config.draws());
        }
    }

    /**
     * Makes the allocator.
     *
     * @param config its configuration
     */
    public GaussianAllocator(GaussianAllocatorConfig config) {
        this(config, Parts.PRODUCTION);
    }

    GaussianAllocator(GaussianAllocatorConfig config, Parts parts) {
        this.config = config;
        this.learned = config.learned().toArray(new Learned[0]);
        this.parts = parts;
        this.scratch = new Scratch(1, config, parts);
        this.lastState = initialState();
        this.lastParameters = parameters(lastState);
    }

    @Override
    public String name() {
        String link = config.link() == Link.SOFTMAX ? "softmax" : "positive-part";
        String gradient = config.gradient() == Gradient.PATHWISE ? "pathwise" : "likelihood-ratio";
        return "gaussian-" + link + "-" + gradient;
    }

    @Override
    public AllocatorState initialState() {
        return new AllocatorState(Arrays.copyOf(config.initial().toArray(), STATE_LENGTH));
    }

    /**
     * The parameters φ in a state of this allocator.
     *
     * @param state the state
     * @return φ
     */
    public static GaussianParameters parameters(AllocatorState state) {
        requireLength(state);
        return GaussianParameters.clamped(
                state.value(0), state.value(1), state.value(2), state.value(3), GaussianParameters.LEAST_SCALE);
    }

    /**
     * The running mean of the reward of the draws that the allocator learned from.
     *
     * @param state the state
     * @return the mean, NaN before the first update
     */
    public static double runningReward(AllocatorState state) {
        requireLength(state);
        return state.value(UPDATES) == 0 ? Double.NaN : state.value(REWARD);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        factorize(request, state, false);
        return scratch.policy.allocation(request.key(), request.samples(), request.minimum());
    }

    /** Makes the scratch memory fit the request and factorises the covariance of its scores. */
    private void factorize(AllocationRequest request, AllocatorState state, boolean tangents) {
        if (scratch.z.length != request.batchSize()) {
            scratch = new Scratch(request.batchSize(), config, parts);
        }
        scratch.features.computeInto(request, scratch.z);
        scratch.scores.factorize(scratch.z, known(state), config.jitter(), tangents);
    }

    /** φ of a state, which is most often the last one. */
    @SuppressWarnings("ReferenceEquality") // An equal state has equal parameters, which are made anew then.
    private GaussianParameters known(AllocatorState state) {
        if (state != lastState) {
            lastParameters = parameters(state);
            lastState = state;
        }
        return lastParameters;
    }

    /** {@inheritDoc} 2 B³ for the factor (once to allocate, once with tangents) and (4 M + 10) B² for kernel and draws. */
    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        long batch = request.batchSize();
        return 2 * batch * batch * batch + (4L * config.draws() + 10) * batch * batch;
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        int batch = request.batchSize();
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, batch);
        double mean = SampleVariances.mean(sampleVariances);
        if (!(mean > 0)) {
            return state;
        }
        factorize(request, state, true);
        // The reward is a ratio; a common factor of the variances does not matter.
        SampleVariances.relativeToMeanInto(sampleVariances, mean, scratch.variances);
        scratch.reward.begin(scratch.variances, request.samples());
        PolicyGradient policy = scratch.policy;
        policy.estimateInto(config.gradient(), true, scratch.reward, request.minimum(), request.key(), gradient);
        for (int i = 0; i < values.length; i++) {
            values[i] = state.value(i);
        }
        lastParameters = ascend(policy.meanReward());
        lastState = new AllocatorState(values);
        return lastState;
    }

    /** One step of Adam uphill, and the diagnostics. */
    private GaussianParameters ascend(double meanReward) {
        int count = GaussianParameters.COUNT;
        int t = (int) values[UPDATES] + 1;
        double first = 1 - IntegerPower.of(BETA1, t);
        double second = 1 - IntegerPower.of(BETA2, t);
        for (Learned parameter : learned) {
            int p = parameter.index();
            double m = BETA1 * values[count + p] + (1 - BETA1) * gradient[p];
            double v = BETA2 * values[2 * count + p] + (1 - BETA2) * gradient[p] * gradient[p];
            values[count + p] = m;
            values[2 * count + p] = v;
            values[p] += config.learningRate() * (m / first) / (StrictMath.sqrt(v / second) + EPSILON);
        }
        GaussianParameters phi =
                GaussianParameters.clamped(values[0], values[1], values[2], values[3], config.scaleFloor());
        values[0] = phi.slope();
        values[1] = phi.offset();
        values[2] = phi.logScale();
        values[3] = phi.logLength();
        values[REWARD] =
                values[UPDATES] == 0 ? meanReward : (1 - NEWEST_REWARD) * values[REWARD] + NEWEST_REWARD * meanReward;
        values[UPDATES] = t;
        return phi;
    }

    private static void requireLength(AllocatorState state) {
        AllocationChecks.requireLength("state.values", state.length(), STATE_LENGTH);
    }
}
