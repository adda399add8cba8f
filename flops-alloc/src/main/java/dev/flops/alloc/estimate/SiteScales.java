package dev.flops.alloc.estimate;

import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import java.util.ArrayList;
import java.util.List;

/** The scales of all sites, learned or not: log(σ_j/σ_j⁰) is all that later steps depend on. */
final class SiteScales implements Stateful {
    private static final String LOG_FACTORS = "logScaleFactors";

    private final ScaleObjective objective;
    private final List<SiteNoise> start;
    private final double mostLog;
    private final double[] logFactors;

    /** Scales that begin as those of the noise. */
    SiteScales(ScaleObjective objective, List<SiteNoise> start) {
        this.objective = objective;
        this.start = start;
        this.mostLog = StrictMath.log(objective.range());
        this.logFactors = new double[start.size()];
        if (isLearned()) {
            for (int j = 0; j < start.size(); j++) {
                requireLearnable(j);
            }
        }
    }

    boolean isLearned() {
        return !(objective instanceof ScaleObjective.Fixed);
    }

    private void requireLearnable(int j) {
        if (start.get(j).space() instanceof PerturbedSpace.LowRankWeights space) {
            throw new IllegalArgumentException("noise[" + j + "].space = " + space + " with scales " + objective
                    + ", expected activations or weights: the noise of low rank is not Gaussian");
        }
        float sigma = start.get(j).sigma();
        if (scaled(j, -mostLog) == 0 || Float.isInfinite(scaled(j, mostLog))) {
            throw new IllegalArgumentException("range = " + objective.range() + " with noise[" + j + "].sigma = "
                    + sigma + ", expected scales within the range of float");
        }
    }

    private float scaled(int j, double logFactor) {
        return (float) (start.get(j).sigma() * StrictMath.exp(logFactor));
    }

    /** The noise of the next step. */
    List<SiteNoise> noise() {
        if (!isLearned()) {
            return start;
        }
        List<SiteNoise> noise = new ArrayList<>();
        for (int j = 0; j < logFactors.length; j++) {
            noise.add(new SiteNoise(start.get(j).space(), scaled(j, logFactors[j])));
        }
        return List.copyOf(noise);
    }

    /** Takes one step of descent, for later steps. */
    void learn(ScaleDerivative derivative) {
        if (!isLearned()) {
            return;
        }
        double[] slopes = derivative.perSite();
        double[] damping = derivative.damping();
        for (int j = 0; j < logFactors.length; j++) {
            double next = logFactors[j] - objective.rate() * damping[j] * slopes[j];
            logFactors[j] = Math.clamp(next, -mostLog, mostLog);
        }
    }

    @Override
    public void saveTo(StateArrays out) {
        if (isLearned()) {
            out.putDoubles(LOG_FACTORS, logFactors);
        }
    }

    @Override
    public void restoreFrom(StateArrays in) {
        if (!isLearned()) {
            return;
        }
        double[] values = in.doubles(LOG_FACTORS, logFactors.length);
        for (int j = 0; j < values.length; j++) {
            if (!(Math.abs(values[j]) <= mostLog)) {
                throw new IllegalArgumentException("state " + LOG_FACTORS + "[" + j + "] = " + values[j]
                        + ", expected a number from " + -mostLog + " to " + mostLog);
            }
        }
        System.arraycopy(values, 0, logFactors, 0, values.length);
    }
}
