package dev.flops.bench.compare;

import dev.flops.bench.compare.ArmResult.Milestone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Means, paired differences and medians over the seeds of a comparison. */
final class ComparisonStatistics {
    /** Milestones are these shares of the best arm's mean accuracy at the end. */
    private static final double[] MILESTONES = {0.8, 0.9, 0.95, 0.98};

    private final ComparisonConfig config;
    private final List<ArmRun> runs;

    ComparisonStatistics(ComparisonConfig config, List<ArmRun> runs) {
        this.config = config;
        this.runs = runs;
    }

    List<ArmResult> arms(Map<String, Setting> settings) {
        List<ArmResult> results = new ArrayList<>();
        Arm first = config.arms().getFirst();
        double[] reference = values(first, ArmRun::testAccuracy);
        double[] milestones = milestones();
        for (Arm arm : config.arms()) {
            double[] accuracy = values(arm, ArmRun::testAccuracy);
            double[] difference = new double[accuracy.length];
            Arrays.setAll(difference, seed -> accuracy[seed] - reference[seed]);
            Setting setting = Objects.requireNonNull(settings.get(arm.toString()));
            results.add(new ArmResult(
                    arm.toString(),
                    setting.learningRate(),
                    Double.parseDouble(Float.toString(setting.sigma())),
                    Interval.of(accuracy, config.confidence()),
                    arm.equals(first) ? null : Interval.of(difference, config.confidence()),
                    median(values(arm, ArmRun::seconds)),
                    median(values(arm, run -> (double) run.flops())),
                    Arrays.stream(milestones)
                            .mapToObj(accuracyAsked -> milestone(arm, accuracyAsked))
                            .toList()));
        }
        return results;
    }

    /** Values of one arm in the order of the seeds. */
    private double[] values(Arm arm, ToDoubleFunction<ArmRun> value) {
        return of(arm).stream().mapToDouble(value).toArray();
    }

    private List<ArmRun> of(Arm arm) {
        return runs.stream().filter(run -> run.arm().equals(arm.toString())).toList();
    }

    private double[] milestones() {
        double best = 0;
        for (Arm arm : config.arms()) {
            best = Math.max(
                    best,
                    Arrays.stream(values(arm, ArmRun::heldOutAccuracy))
                            .average()
                            .orElseThrow());
        }
        double highest = best;
        return Arrays.stream(MILESTONES).map(share -> share * highest).toArray();
    }

    private Milestone milestone(Arm arm, double accuracy) {
        List<@Nullable CurvePoint> reached = reached(arm, accuracy);
        return new Milestone(
                accuracy,
                (int) reached.stream().filter(Objects::nonNull).count(),
                medianCost(reached, point -> (double) point.queries()),
                medianCost(reached, point -> (double) point.flops()),
                medianCost(reached, CurvePoint::seconds),
                savings(arm, reached, accuracy),
                reached(config.arms().getFirst(), accuracy).contains(null));
    }

    /** Where each run of an arm first got to an accuracy, in the order of the seeds; null where it never did. */
    private List<@Nullable CurvePoint> reached(Arm arm, double accuracy) {
        List<@Nullable CurvePoint> reached = new ArrayList<>();
        for (ArmRun run : of(arm)) {
            reached.add(run.curve().stream()
                    .filter(point -> point.accuracy() >= accuracy)
                    .findFirst()
                    .orElse(null));
        }
        return reached;
    }

    private @Nullable Interval savings(Arm arm, List<@Nullable CurvePoint> reached, double accuracy) {
        Arm first = config.arms().getFirst();
        if (arm.equals(first)) {
            return null;
        }
        List<@Nullable CurvePoint> reference = reached(first, accuracy);
        double[] logs = new double[reached.size()];
        for (int seed = 0; seed < logs.length; seed++) {
            CurvePoint own = reached.get(seed);
            CurvePoint other = reference.get(seed);
            if (own == null) {
                return null;
            }
            logs[seed] = StrictMath.log((double) (other == null ? config.queries() : other.queries()) / own.queries());
        }
        Interval interval = Interval.of(logs, config.confidence());
        return new Interval(
                StrictMath.exp(interval.mean()), StrictMath.exp(interval.low()), StrictMath.exp(interval.high()));
    }

    private static @Nullable Double medianCost(List<@Nullable CurvePoint> reached, ToDoubleFunction<CurvePoint> cost) {
        double[] costs = reached.stream()
                .mapToDouble(point -> point == null ? Double.POSITIVE_INFINITY : cost.applyAsDouble(point))
                .toArray();
        double median = median(costs);
        return Double.isInfinite(median) ? null : (Double) median;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
