package dev.flops.alloc.allocate;

/**
 * How many samples an example of a step should receive on average, from what earlier steps left behind, without a query.
 *
 * <p>With ‖g‖² the squared gradient, M the variance over minibatches and V/n that of the perturbations at n samples per example, a
 * step of the best rate η = ‖g‖²/(β(‖g‖² + M + V/n)) lowers a β-smooth loss by at least
 *
 * <pre>
 *   ‖g‖⁴ / (2β (‖g‖² + M + V/n))
 * </pre>
 *
 * at a cost of B (c₀ + c₁ n): c₀ for the clean forward of an example, c₁ for a sample. What is gained per cost is largest where
 *
 * <pre>
 *   f(n) = (A + V/n)(c₀ + c₁ n),   A = ‖g‖² + M
 * </pre>
 *
 * is least: at √(c₀ V/(c₁ A)), the optimum of two-stage sampling (Neyman 1938; Cochran, <em>Sampling Techniques</em>, 1977,
 * chapter 10). f is convex, so that the best whole number n* is the least n with n(n + 1) ≥ c₀ V/(c₁ A). Without a clean forward,
 * c₀ = 0, it is 1: more steps are better than more samples.
 *
 * <p>f is flat: between c₀/c₁ and V/A it changes by less than a factor of 2, and beyond n a share of c₀/(c₁ n) is all that is left to
 * gain. What f does not know is that rates are bounded, by a schedule and by what the loss allows: few steps of large rates do
 * less than it says. So of all n that are nearly as good as n* the least is chosen, that with the most steps:
 *
 * <pre>
 *   n = min { n : f(n) ≤ (1 + τ) f(n*) }
 * </pre>
 *
 * <p>A and V come from the steps. E‖ĝ‖² = A + V/n, and the estimators' second moments v̂_i give V/n = (1/B²) Σ ω_i² v̂_i/n_i, so
 *
 * <pre>
 *   A ← mean of ‖ĝ‖² − (1/B²) Σ ω_i² v̂_i/n_i        V ← mean of n̄ (1/B²) Σ ω_i² v̂_i/n_i,   n̄ = N_s/B
 * </pre>
 *
 * running means that weigh the newest step by 1/t up to step t = 1/newest, and by newest after it. The first is what is left of
 * ‖ĝ‖² without the products of samples with themselves, hence nearly free of their bias, but noisy where V/n is much larger than A: there f
 * is flat, and a wrong n costs little. An estimate of A that is not positive counts as 0, for which n* is as large as allowed.
 *
 * <p>Deviations from the derivation: samples are allocated, so that V depends a little on n; the optimizer's rate follows its
 * schedule and not the best rate of each step.
 *
 * <p>The choice depends on earlier steps alone and so leaves every estimate unbiased.
 *
 * @param least smallest n, at least 1
 * @param most largest n, at least {@code least}
 * @param initial n of the first step, in [least, most]
 * @param tolerance τ ≥ 0, finite: what may be lost of the gain per cost for having more steps; 0 chooses n*
 * @param newest weight of the newest step in the running means, in (0, 1]
 * @param unit what a cost is counted in
 */
public record AdaptiveBudget(int least, int most, int initial, double tolerance, double newest, Unit unit) {
    /** What is spent. */
    public enum Unit {
        /** Forwards of one example, as the estimator charges them. */
        QUERIES,
        /** Floating-point operations, as the ledger counts them. */
        FLOPS
    }

    /**
     * What was learned of the steps so far.
     *
     * @param steps number of steps t
     * @param signal running mean of A, may be negative
     * @param noise running mean of V, ≥ 0
     * @param cleanCost running mean of c₀, ≥ 0
     * @param sampleCost running mean of c₁, ≥ 0
     */
    public record State(long steps, double signal, double noise, double cleanCost, double sampleCost) {
        /** Checks the ranges. */
        public State {
            if (steps < 0) {
                throw new IllegalArgumentException("steps = " + steps + ", expected >= 0");
            }
            requireFinite("signal", signal, Double.NEGATIVE_INFINITY);
            requireFinite("noise", noise, 0);
            requireFinite("cleanCost", cleanCost, 0);
            requireFinite("sampleCost", sampleCost, 0);
        }
    }

    /**
     * What one step left behind.
     *
     * @param squaredNorm ‖ĝ‖², ≥ 0
     * @param perturbation (1/B²) Σ ω_i² v̂_i/n_i, ≥ 0
     * @param samplesPerExample n̄ = N_s/B, &gt; 0
     * @param cleanCost c₀, what an example cost before any sample, in the unit, ≥ 0
     * @param sampleCost c₁, what a sample cost, in the unit, ≥ 0
     */
    public record Observation(
            double squaredNorm, double perturbation, double samplesPerExample, double cleanCost, double sampleCost) {
        /** Checks the ranges. */
        public Observation {
            requireFinite("squaredNorm", squaredNorm, 0);
            requireFinite("perturbation", perturbation, 0);
            requireFinite("samplesPerExample", samplesPerExample, Double.MIN_VALUE);
            requireFinite("cleanCost", cleanCost, 0);
            requireFinite("sampleCost", sampleCost, 0);
        }
    }

    /** Checks the ranges. */
    public AdaptiveBudget {
        if (least < 1) {
            throw new IllegalArgumentException("least = " + least + ", expected >= 1");
        }
        if (most < least) {
            throw new IllegalArgumentException("most = " + most + ", expected >= least = " + least);
        }
        if (initial < least || initial > most) {
            throw new IllegalArgumentException(
                    "initial = " + initial + ", expected in [" + least + ", " + most + "], least to most");
        }
        AllocationChecks.requireRange("tolerance", tolerance, 0, Double.MAX_VALUE);
        AllocationChecks.requireRange("newest", newest, Double.MIN_VALUE, 1);
    }

    /**
     * One to eight samples, a tolerance of 0.05, 0.02 for the newest step.
     *
     * @param initial n of the first step
     * @param unit what a cost is counted in
     * @return the configuration
     */
    public static AdaptiveBudget defaults(int initial, Unit unit) {
        return new AdaptiveBudget(1, 8, initial, 0.05, 0.02, unit);
    }

    /**
     * The state before the first step.
     *
     * @return the state
     */
    public State initialState() {
        return new State(0, 0, 0, 0, 0);
    }

    /**
     * Takes a step in.
     *
     * @param state the state before it
     * @param step what it left behind
     * @return the state after it
     */
    public State observe(State state, Observation step) {
        double weight = Math.max(newest, 1.0 / (state.steps() + 1));
        return new State(
                state.steps() + 1,
                blended(state.signal(), step.squaredNorm() - step.perturbation(), weight),
                blended(state.noise(), step.samplesPerExample() * step.perturbation(), weight),
                blended(state.cleanCost(), step.cleanCost(), weight),
                blended(state.sampleCost(), step.sampleCost(), weight));
    }

    /**
     * The samples per example of the next step.
     *
     * @param state what is known
     * @return n in [least, most]
     */
    public int samplesPerExample(State state) {
        if (state.steps() == 0) {
            return initial;
        }
        int best = best(state);
        if (tolerance == 0) {
            return best;
        }
        // f falls up to n*: bisection.
        double enough = (1 + tolerance) * costPerGain(state, best);
        int below = least - 1;
        int found = best;
        while (found - below > 1) {
            int middle = below + (found - below) / 2;
            if (costPerGain(state, middle) <= enough) {
                found = middle;
            } else {
                below = middle;
            }
        }
        return found;
    }

    /** n*. */
    private int best(State state) {
        double numerator = state.cleanCost() * state.noise();
        double denominator = state.sampleCost() * state.signal();
        if (numerator == 0) {
            return least;
        }
        if (!(denominator > 0)) {
            return most;
        }
        // The least n with n (n + 1) >= r is the positive root of n² + n = r, rounded up.
        double root = (StrictMath.sqrt(1 + 4 * (numerator / denominator)) - 1) / 2;
        return (int) Math.min(most, Math.max(least, Math.ceil(root)));
    }

    /** f(n). */
    private static double costPerGain(State state, int n) {
        return (Math.max(0, state.signal()) + state.noise() / n) * (state.cleanCost() + state.sampleCost() * n);
    }

    private static double blended(double old, double found, double weight) {
        return old + weight * (found - old);
    }

    private static void requireFinite(String name, double value, double least) {
        if (!(value >= least && value < Double.POSITIVE_INFINITY) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected >= " + least + " and finite");
        }
    }
}
