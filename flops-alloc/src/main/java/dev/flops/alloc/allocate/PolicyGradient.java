package dev.flops.alloc.allocate;

import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.alloc.allocate.LargestRemainder.Rounding;
import dev.flops.api.Allocation;
import dev.flops.api.RandomKey;
import java.util.Arrays;

/**
 * Estimates ∇_φ E[ρ], with ρ the reward of an allocation drawn under φ, from M draws of scores. With α, the tangents ∂u/∂φ_p
 * and the traces of {@link GaussianScores}:
 *
 * <pre>
 *   likelihood ratio   (1/M) Σ_m (ρ_m − b_m) (α_m · ∂u_m/∂φ_p − tr_p),   b_m = mean of ρ over the other draws
 *   pathwise           (1/M) Σ_m (∂ρ/∂u)(u_m) · ∂u_m/∂φ_p
 * </pre>
 *
 * <p>The pathwise one differentiates the relaxed reward, that of n_i = n_min + free · share_i without rounding, where the
 * softmax gives ∂ρ/∂u_j = free · share_j (r_j − Σ_i r_i share_i), r_i = ∂ρ/∂n_i. The baseline b_m is independent of u_m,
 * which keeps the likelihood-ratio one unbiased.
 *
 * <p>References: Williams, <em>Simple statistical gradient-following algorithms for connectionist reinforcement learning</em>,
 * Machine Learning 8, 1992; Kool, van Hoof, Welling, <em>Buy 4 REINFORCE samples, get a baseline for free!</em>, ICLR workshop
 * 2019 (leave-one-out mean); Kingma and Welling, <em>Auto-Encoding Variational Bayes</em>, ICLR 2014 (pathwise).
 *
 * <p>An instance draws under what its scores were factorised for, and holds the memory of one batch size and number of draws, for one
 * thread at a time.
 */
final class PolicyGradient {
    private final GaussianScores scores;
    private final Link link;
    private final Parts parts;
    private final int batch;
    private final int draws;
    private final double[] xi;
    private final double[] u;
    private final double[] shares;
    private final double[] relaxed;
    private final double[] cotangent; // α, or ∂ρ/∂u
    private final double[] tangent;
    private final double[] workspace;
    private final int[] n;
    private final double[] rewards; // ρ_m (M)
    private final double[] terms; // α_m · ∂u_m/∂φ_p − tr_p (M, 4)
    private double meanReward;

    /** What b_m is made of: the sum of all rewards, the draw's own reward, the number of draws. */
    @FunctionalInterface
    interface Baseline {
        double of(double sum, double own, int draws);
    }

    /** The parts that a test may replace to show that it would notice. */
    record Parts(Rounding rounding, Baseline baseline, AllocationReward.EqualVariance equalVariance) {
        static final Parts PRODUCTION = new Parts(
                LargestRemainder::round,
                (sum, own, draws) -> (sum - own) / (draws - 1),
                AllocationReward::equalVariance);
    }

    /**
     * A gradient of its own memory.
     *
     * @param scores factorised with tangents before {@link #estimateInto}, and without or with them before {@link #allocation}
     * @param link how scores become shares
     * @param parts the parts that a test may replace
     * @param draws M
     */
    PolicyGradient(GaussianScores scores, Link link, Parts parts, int draws) {
        this.scores = scores;
        this.link = link;
        this.parts = parts;
        this.batch = scores.batch();
        this.draws = draws;
        this.xi = new double[batch];
        this.u = new double[batch];
        this.shares = new double[batch];
        this.relaxed = new double[batch];
        this.cotangent = new double[batch];
        this.tangent = new double[batch];
        this.workspace = new double[2 * batch];
        this.n = new int[batch];
        this.rewards = new double[draws];
        this.terms = new double[draws * GaussianParameters.COUNT];
    }

    /**
     * The allocation of a step.
     *
     * @param key key of the step's draws; this one uses {@code key.fold(0, 0)}
     * @param samples N_s
     * @param minimum n_min
     * @return n
     */
    Allocation allocation(RandomKey key, int samples, int minimum) {
        draw(key.bits(0, 0));
        parts.rounding().round(shares, samples - batch * minimum, minimum, n, workspace);
        return Allocation.of(n);
    }

    /**
     * Estimates the gradient.
     *
     * @param gradient which estimator
     * @param rounded whether the likelihood ratio weighs the reward of the rounded allocation or of the relaxed one
     * @param reward ρ
     * @param minimum n_min
     * @param key key of the draws; draw m uses {@code key.fold(1, m)}
     * @param out modified: receives ∂E[ρ]/∂φ_p, p = 0..3
     */
    void estimateInto(
            Gradient gradient, boolean rounded, AllocationReward reward, int minimum, RandomKey key, double[] out) {
        Arrays.fill(out, 0);
        double total = gradient == Gradient.PATHWISE
                ? pathwise(reward, minimum, key, out)
                : likelihoodRatio(rounded, reward, minimum, key, out);
        meanReward = total / draws;
        for (int p = 0; p < out.length; p++) {
            out[p] /= draws;
        }
    }

    /** Mean reward over the draws of the last estimate: rounded for the likelihood ratio if asked for, else relaxed. */
    double meanReward() {
        return meanReward;
    }

    /** Adds the terms of the draws to the sum; returns the sum of their rewards. */
    private double pathwise(AllocationReward reward, int minimum, RandomKey key, double[] sum) {
        int free = reward.samples() - batch * minimum;
        double total = 0;
        for (int m = 0; m < draws; m++) {
            draw(key.bits(1, m));
            relax(free, minimum);
            total += reward.of(relaxed);
            reward.slopeInto(relaxed, cotangent);
            double mean = dot(cotangent, shares);
            for (int i = 0; i < batch; i++) {
                cotangent[i] = free * shares[i] * (cotangent[i] - mean);
            }
            for (int p = 0; p < sum.length; p++) {
                scores.tangentInto(p, xi, tangent);
                sum[p] += dot(cotangent, tangent);
            }
        }
        return total;
    }

    /** Adds the terms of the draws to the sum; returns the sum of their rewards. */
    private double likelihoodRatio(boolean rounded, AllocationReward reward, int minimum, RandomKey key, double[] sum) {
        int free = reward.samples() - batch * minimum;
        double total = 0;
        for (int m = 0; m < draws; m++) {
            draw(key.bits(1, m));
            if (rounded) {
                parts.rounding().round(shares, free, minimum, n, workspace);
                rewards[m] = reward.of(n);
            } else {
                relax(free, minimum);
                rewards[m] = reward.of(relaxed);
            }
            total += rewards[m];
            scores.solveInto(xi, cotangent);
            for (int p = 0; p < sum.length; p++) {
                scores.tangentInto(p, xi, tangent);
                terms[m * sum.length + p] = dot(cotangent, tangent) - scores.trace(p);
            }
        }
        for (int m = 0; m < draws; m++) {
            double advantage = rewards[m] - parts.baseline().of(total, rewards[m], draws);
            for (int p = 0; p < sum.length; p++) {
                sum[p] += advantage * terms[m * sum.length + p];
            }
        }
        return total;
    }

    private void draw(long words) {
        NormalDraws.fill(words, xi);
        scores.drawInto(xi, u);
        sharesInto(link, u, shares);
    }

    private static void sharesInto(Link link, double[] scores, double[] shares) {
        switch (link) {
            case SOFTMAX -> ShareLink.softmaxInto(scores, shares);
            case POSITIVE_PART -> ShareLink.positivePartInto(scores, shares);
        }
    }

    private void relax(int free, int minimum) {
        for (int i = 0; i < batch; i++) {
            relaxed[i] = minimum + free * shares[i];
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
