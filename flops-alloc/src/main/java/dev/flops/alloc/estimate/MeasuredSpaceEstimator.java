package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.SamplingCost;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer-wise likelihood-ratio estimator whose sites choose what they perturb. The first step, and every so many after it, draws m
 * samples per example and site in every candidate space, with perturbations of their own, and each site takes the space of
 * the least mean variance v̂_j until the next choice; the first of two that are equal. These queries are counted as pilot queries, beyond the
 * budget of the step; a single candidate needs none.
 *
 * <p>Scales are matched: noise of scale σ in the weights moves an output by E x + e, of mean square σ²(‖x‖² + 1), so that
 * weights take σ_w = σ/√(mean of ‖x_t‖² + 1), for which an output element moves by σ in the mean square, as in activations.
 *
 * <p>An estimate is a function of its arguments and of {@link #noise}.
 */
public final class MeasuredSpaceEstimator implements GradientEstimator {
    private final LikelihoodRatioEstimator inner;
    private final List<PerturbedSpace> candidates;
    private final int samples;
    private final int interval;
    private List<SiteNoise> noise;

    /**
     * Lets the sites of an estimator choose.
     *
     * @param inner a layer-wise estimator that perturbs activations; its scales are those there
     * @param candidates spaces to choose from, where a site has them; a site that has none perturbs activations
     * @param samples m ≥ 1, samples per example, site and candidate
     * @param interval steps from one choice to the next, at least 1
     */
    public MeasuredSpaceEstimator(
            LikelihoodRatioEstimator inner, List<PerturbedSpace> candidates, int samples, int interval) {
        inner.requireLayerWise();
        if (inner.noise().stream().anyMatch(plain -> !(plain.space() instanceof PerturbedSpace.Activations))) {
            throw new IllegalArgumentException("inner perturbs weights, expected activations at every site");
        }
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("candidates is empty, expected at least one space");
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
        this.noise = inner.noise();
    }

    @Override
    public String name() {
        return inner.name() + "-measured-spaces";
    }

    @Override
    public Parameters parameters() {
        return inner.parameters();
    }

    @Override
    public GradientTarget target() {
        return candidates.stream().anyMatch(space -> space instanceof PerturbedSpace.LowRankWeights)
                ? GradientTarget.GRADIENT_TO_SECOND_ORDER
                : inner.target();
    }

    /** What every step costs; choices come on top. */
    @Override
    public SamplingCost cost() {
        return inner.cost();
    }

    /**
     * The state: what the sites chose last.
     *
     * @return the noise of each site, in the order of {@link LikelihoodRatioEstimator#sites}
     */
    public List<SiteNoise> noise() {
        return noise;
    }

    /**
     * Goes on from a state.
     *
     * @param state from {@link #noise} of an equally configured estimator
     */
    public void restore(List<SiteNoise> state) {
        PerturbedSite.listOf(inner.sites(), state);
        noise = List.copyOf(state);
    }

    @Override
    public Step begin(int step, int[] examples, RandomKey key, CostLedger ledger) {
        LikelihoodRatioStep open = inner.begun(step, examples, key, ledger, noise);
        if (step % interval != 0) {
            return open;
        }
        noise = choose(open, examples.length);
        return open.with(noise);
    }

    private List<SiteNoise> choose(LikelihoodRatioStep open, int batch) {
        List<List<SiteNoise>> offered =
                candidates.stream().map(space -> matched(open, space)).toList();
        if (offered.size() == 1) {
            return offered.getFirst();
        }
        double[][] variances = variances(open, offered, batch);
        List<SiteNoise> chosen = new ArrayList<>();
        for (int j = 0; j < noise.size(); j++) {
            int best = 0;
            for (int c = 1; c < variances.length; c++) {
                if (variances[c][j] < variances[best][j]) {
                    best = c;
                }
            }
            chosen.add(offered.get(best).get(j));
        }
        return List.copyOf(chosen);
    }

    /** v̂_j, the mean over the batch, a row per candidate. */
    private double[][] variances(LikelihoodRatioStep open, List<List<SiteNoise>> offered, int batch) {
        double[][] means = new double[offered.size()][noise.size()];
        for (int c = 0; c < means.length; c++) {
            Allocation allocation = Allocation.equal(batch, Math.multiplyExact(batch, samples));
            for (double[] ofExample : open.probe(allocation, offered.get(c))) {
                for (int j = 0; j < ofExample.length; j++) {
                    means[c][j] += ofExample[j] / batch;
                }
            }
        }
        return means;
    }

    /** A space with matched scales at every site that has it, activations elsewhere. */
    private List<SiteNoise> matched(LikelihoodRatioStep open, PerturbedSpace space) {
        List<SiteNoise> plain = inner.noise();
        double[] inputNorms = open.directionNorms(plain);
        int[] outputs = open.outputElements();
        List<SiteNoise> matched = new ArrayList<>();
        for (int j = 0; j < plain.size(); j++) {
            float sigma = plain.get(j).sigma();
            if (space instanceof PerturbedSpace.Activations
                    || !space.at(inner.sites().get(j))) {
                matched.add(SiteNoise.activations(sigma));
            } else {
                double ratio = StrictMath.sqrt(outputs[j] / inputNorms[j]);
                matched.add(new SiteNoise(space, (float) (sigma * ratio)));
            }
        }
        return matched;
    }

    /**
     * Measures v̂_j of one sample in each candidate space, for reports. Nothing is chosen.
     *
     * @param step index of the step, for its perturbations
     * @param examples indices of the batch, not modified
     * @param key key of the run's perturbations
     * @param ledger modified: receives what is spent
     * @return means over the batch, a row per candidate and an entry per site
     */
    public double[][] variances(int step, int[] examples, RandomKey key, CostLedger ledger) {
        LikelihoodRatioStep open = inner.begun(step, examples, key, ledger, inner.noise());
        List<List<SiteNoise>> offered =
                candidates.stream().map(space -> matched(open, space)).toList();
        return variances(open, offered, examples.length);
    }
}
