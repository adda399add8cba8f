package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.CoordinateDirections;
import dev.flops.alloc.direction.Directions;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.LowRankDirections;
import dev.flops.alloc.direction.OrthonormalDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.direction.SobolDirections;
import dev.flops.alloc.direction.SphereDirections;
import dev.flops.api.Allocation;
import dev.flops.tensor.TensorOps;
import java.util.Arrays;
import java.util.List;

/** An estimator of parameter space that is lifted to activations, with its loss weights written out once more. */
record LiftedCase(String name, Directions directions, Weights kind, float sigma) {
    private static final float SIGMA = 0.25f;

    /** How losses become the weight of a direction. */
    enum Weights {
        PAIRS,
        CLEAN,
        NONE,
        LEAVE_ONE_OUT,
        RANKS
    }

    static List<LiftedCase> all() {
        return List.of(
                new LiftedCase("gaussian", new GaussianDirections(), Weights.PAIRS, SIGMA),
                new LiftedCase("gaussian, clean loss", new GaussianDirections(), Weights.CLEAN, SIGMA),
                new LiftedCase("one-point", new GaussianDirections(), Weights.NONE, SIGMA),
                new LiftedCase("leave-one-out", new GaussianDirections(), Weights.LEAVE_ONE_OUT, SIGMA),
                new LiftedCase("ranks", new GaussianDirections(), Weights.RANKS, SIGMA),
                new LiftedCase("spsa", new RademacherDirections(), Weights.PAIRS, SIGMA),
                new LiftedCase("sphere", new SphereDirections(), Weights.CLEAN, SIGMA),
                new LiftedCase("orthonormal", new OrthonormalDirections(3), Weights.PAIRS, SIGMA),
                new LiftedCase("sobol", new SobolDirections(4), Weights.PAIRS, SIGMA),
                new LiftedCase("low-rank", new LowRankDirections(1), Weights.PAIRS, SIGMA),
                new LiftedCase("coordinate-wise", CoordinateDirections.all(), Weights.PAIRS, SIGMA),
                new LiftedCase("coordinate-wise, clean loss", CoordinateDirections.all(), Weights.CLEAN, SIGMA));
    }

    SiteEstimatorFactory factory(TensorOps ops) {
        return factory(ops, 64);
    }

    SiteEstimatorFactory factory(TensorOps ops, int queriesPerCall) {
        if (kind == Weights.RANKS) {
            RankShapedConfig config =
                    new RankShapedConfig(directions, Difference.ONE_SIDED, RankScope.EXAMPLE, sigma, queriesPerCall);
            return (site, suffix, activations) -> new RankShapedEstimator(suffix, activations, ops, config);
        }
        ParameterEstimatorConfig config = config(queriesPerCall);
        return (site, suffix, activations) -> new ParameterEstimator(suffix, activations, ops, config);
    }

    ParameterEstimatorConfig config(int queriesPerCall) {
        Baseline baseline = switch (kind) {
            case CLEAN -> new CleanLossBaseline();
            case LEAVE_ONE_OUT -> new LeaveOneOutBaseline();
            case PAIRS, NONE, RANKS -> new NoBaseline();
        };
        Difference difference = kind == Weights.PAIRS ? Difference.CENTRAL : Difference.ONE_SIDED;
        return new ParameterEstimatorConfig(directions, difference, baseline, sigma, queriesPerCall);
    }

    /** Unequal where that is allowed; at least two samples. */
    Allocation allocation() {
        if (!directions.random()) {
            return Allocation.of(1, 1, 1);
        }
        return kind == Weights.RANKS ? Allocation.of(4, 4, 4) : Allocation.of(2, 5, 3);
    }

    /** w of each direction of one example, sample by sample. */
    double[] weights(double[] plus, double[] minus, double clean, int members) {
        double[] weights = new double[plus.length];
        Arrays.setAll(weights, row -> switch (kind) {
            case PAIRS -> (plus[row] - minus[row]) / 2;
            case CLEAN -> plus[row] - clean;
            case NONE -> plus[row];
            case LEAVE_ONE_OUT -> plus[row] - meanOfOthers(plus, row / members, members);
            case RANKS -> rank(plus, row) / (plus.length - 1.0) - 0.5;
        });
        return weights;
    }

    private static double meanOfOthers(double[] losses, int sample, int members) {
        double sum = 0;
        for (int row = 0; row < losses.length; row++) {
            sum += row / members == sample ? 0 : losses[row];
        }
        return sum / (losses.length - members);
    }

    private static double rank(double[] losses, int row) {
        int below = 0;
        for (double loss : losses) {
            below += loss < losses[row] ? 1 : 0;
        }
        return below;
    }

    @Override
    public String toString() {
        return name;
    }
}
