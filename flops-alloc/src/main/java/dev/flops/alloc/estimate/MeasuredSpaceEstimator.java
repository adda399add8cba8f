package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A layer-wise likelihood-ratio estimator whose sites choose what they perturb, by measurement. Step 0 and every so many steps after it
 * begin with a pilot: n samples per example, site and candidate, with perturbations of their own. Each site takes the candidate of the
 * least Σ_i v̂_ij until the next pilot; of equals, the first.
 *
 * <pre>
 *   activations     v̂ = m‖Δ‖²‖H‖²                             at a site with m features, Δ = ∂ℓ/∂a, H = [x 1],
 *   full weights    v̂ = m(k + 1)‖ΔᵀH‖²                        for a loss that is linear in a;
 *   rank r          v̂ = (m(k + 1) + 2(m + k + 1)/r)‖ΔᵀH‖²     see {@link PerturbedSpace}
 * </pre>
 *
 * Each lacks the same ‖ΔᵀH‖² of the variance, so that the least v̂ has the least variance. Rank r is never less than full weights: as a
 * candidate beside them it would not be chosen, in place of them it saves random numbers and operations.
 *
 * <p>Scales are matched: noise of scale σ_w in weights and biases moves an output by σ_w √(‖x‖² + 1), in the mean square, so that weights
 * take σ_w = σ/√(mean of ‖x_t‖² + 1) over the batch of the pilot.
 *
 * <p>A pilot's queries, n · B · sites · candidates (two each with pairs), are counted as {@link CostLedger.Kind#PILOT}, beyond the budget of the
 * step. What the sites choose depends on clean forwards, on pilots and on earlier steps, never on the samples that it is applied to, so that
 * estimates stay unbiased.
 */
public final class MeasuredSpaceEstimator implements GradientEstimator, Stateful {
    private static final String CHOICES = "spaces";
    private static final String SIGMAS = "sigmas";

    private final LikelihoodRatioEstimator inner;
    private final List<PerturbedSpace> candidates;
    private final int samples;
    private final int interval;
    private final int[] choices;
    private final float[] sigmas;

    /**
     * Lets the sites of an estimator choose.
     *
     * @param inner a layer-wise estimator that perturbs activations with fixed scales
     * @param candidates spaces to choose from, without repetition; a site that has not got one perturbs activations in its place
     * @param samples n ≥ 1, samples of a pilot per example, site and candidate
     * @param interval steps from one pilot to the next, at least 1; {@link Integer#MAX_VALUE} for one at step 0 alone
     */
    public MeasuredSpaceEstimator(
            LikelihoodRatioEstimator inner, List<PerturbedSpace> candidates, int samples, int interval) {
        inner.requireLayerWise();
        inner.requirePlainNoise();
        if (candidates.size() < 2 || candidates.stream().distinct().count() < candidates.size()) {
            throw new IllegalArgumentException(
                    "candidates = " + candidates + ", expected two or more different spaces");
        }
        if (samples < 1) {
            throw new IllegalArgumentException("samples = " + samples + ", expected >= 1");
        }
        if (interval < 1) {
            throw new IllegalArgumentException("interval = " + interval + ", expected >= 1");
        }
        this.inner = inner;
        this.candidates = List.copyOf(candidates);
        this.samples = samples;
        this.interval = interval;
        this.choices = new int[inner.sites().size()];
        this.sigmas = new float[choices.length];
        for (int j = 0; j < sigmas.length; j++) {
            sigmas[j] = inner.noise().get(j).sigma();
        }
    }

    @Override
    public String name() {
        return inner.name() + "-measured-spaces";
    }

    @Override
    public Parameters parameters() {
        return inner.parameters();
    }

    /** What every step costs; pilots come on top. */
    @Override
    public SamplingCost cost() {
        return inner.cost();
    }

    @Override
    public GradientTarget target() {
        return candidates.stream().anyMatch(space -> space instanceof PerturbedSpace.LowRankWeights)
                ? GradientTarget.GRADIENT_TO_SECOND_ORDER
                : inner.target();
    }

    /**
     * What the sites have chosen.
     *
     * @return the noise of each site, in the order of {@link LikelihoodRatioEstimator#sites}; before the first pilot the first candidate
     */
    public List<SiteNoise> noise() {
        List<SiteNoise> noise = new ArrayList<>();
        for (int j = 0; j < choices.length; j++) {
            noise.add(new SiteNoise(space(j, choices[j]), sigmas[j]));
        }
        return List.copyOf(noise);
    }

    private PerturbedSpace space(int j, int candidate) {
        PerturbedSpace space = candidates.get(candidate);
        return space.at(inner.sites().get(j)) ? space : new PerturbedSpace.Activations();
    }

    @Override
    public Stateful state() {
        return this;
    }

    @Override
    public void saveTo(StateArrays out) {
        for (int j = 0; j < choices.length; j++) {
            out.scope(CHOICES).putLongs(inner.sites().get(j).name(), choices[j]);
        }
        out.putFloats(SIGMAS, sigmas);
    }

    @Override
    public void restoreFrom(StateArrays in) {
        float[] scales = in.floats(SIGMAS, sigmas.length);
        for (int j = 0; j < choices.length; j++) {
            String site = inner.sites().get(j).name();
            choices[j] = (int) in.scope(CHOICES).count(site, candidates.size() - 1);
            sigmas[j] = new SiteNoise(space(j, choices[j]), scales[j]).sigma();
        }
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        LikelihoodRatioStep open = inner.begun(step, examples, key, ledger);
        if (step % interval == 0) {
            choose(open, Allocation.equal(examples.length, Math.multiplyExact(examples.length, samples)));
        }
        return open.with(noise());
    }

    private void choose(LikelihoodRatioStep open, Allocation allocation) {
        double[] gains = open.squaredGains();
        double[] least = new double[choices.length];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        int[] best = new int[choices.length];
        List<List<SiteNoise>> offered = new ArrayList<>();
        for (int c = 0; c < candidates.size(); c++) {
            offered.add(matched(c, gains));
            double[] variances = open.with(offered.get(c)).pilotSites(allocation);
            for (int j = 0; j < best.length; j++) {
                if (variances[j] < least[j]) {
                    least[j] = variances[j];
                    best[j] = c;
                }
            }
        }
        // Pilots that fail leave the choices as they were: what is above writes none of them.
        for (int j = 0; j < best.length; j++) {
            choices[j] = best[j];
            sigmas[j] = offered.get(best[j]).get(j).sigma();
        }
    }

    /** A candidate at every site that has it, with the scale that moves outputs as far as σ at the activations does. */
    private List<SiteNoise> matched(int candidate, double[] gains) {
        List<SiteNoise> matched = new ArrayList<>();
        for (int j = 0; j < gains.length; j++) {
            PerturbedSpace space = space(j, candidate);
            float sigma = inner.noise().get(j).sigma();
            boolean plain = space instanceof PerturbedSpace.Activations;
            matched.add(new SiteNoise(space, plain ? sigma : (float) (sigma / StrictMath.sqrt(gains[j]))));
        }
        return matched;
    }
}
