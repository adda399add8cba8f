package dev.flops.bench.align;

import dev.flops.bench.compare.AllocationWorth;
import dev.flops.bench.compare.Interval;
import dev.flops.bench.compare.PairedSeeds;
import dev.flops.bench.report.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: several methods, the same budget, several seeds. Fields are never renamed or removed.
 *
 * @param task what is aligned with what
 * @param budget queries that each run may spend
 * @param confidence of the intervals
 * @param validation whether the emoji that judge are others than those of the standard split, to choose settings
 * @param heldOut number of emoji held out
 * @param arms what each method came to
 * @param runs all runs
 * @param provenance where and with what it ran
 */
public record AlignComparison(
        String task,
        long budget,
        double confidence,
        boolean validation,
        int heldOut,
        List<ArmSummary> arms,
        List<Run> runs,
        Provenance provenance) {
    private static final double CONFIDENCE = 0.95;

    /**
     * What a method came to over all seeds.
     *
     * @param arm its name
     * @param settings its settings
     * @param queries mean of the queries spent
     * @param google scores in the style that was learned from
     * @param twitter scores in the other style
     * @param coefficientOfVariation mean over the runs of what their {@link AllocationWorth} says; null if the method allocates nothing
     * @param varianceRatioToEqual the same
     */
    public record ArmSummary(
            String arm,
            String settings,
            double queries,
            Scores google,
            Scores twitter,
            @Nullable Double coefficientOfVariation,
            @Nullable Double varianceRatioToEqual) {}

    /**
     * Scores of a method.
     *
     * @param imageToText1 pictures whose own text is nearest
     * @param imageToText10 pictures whose own text is among the ten nearest
     * @param textToImage1 texts whose own picture is nearest
     * @param textToImage10 texts whose own picture is among the ten nearest
     * @param categoryAccuracy pictures whose category's name is nearest
     */
    public record Scores(
            Score imageToText1, Score imageToText10, Score textToImage1, Score textToImage10, Score categoryAccuracy) {}

    /**
     * A score of a method.
     *
     * @param value mean and interval over the seeds
     * @param differenceToFirst the same less that of the first method, paired by seed; null for the first
     */
    public record Score(Interval value, @Nullable Interval differenceToFirst) {}

    /**
     * One run.
     *
     * @param arm name of the method
     * @param seed its seed
     * @param steps steps done
     * @param queries queries spent
     * @param flops floating-point operations
     * @param google scores in the style that was learned from
     * @param twitter scores in the other style
     * @param parametersSha256 SHA-256 over the projector's parameters
     * @param seconds wall time
     * @param curve how it went
     * @param allocation what its allocations were worth, null if the method makes none
     */
    public record Run(
            String arm,
            long seed,
            int steps,
            long queries,
            long flops,
            RetrievalScores google,
            RetrievalScores twitter,
            String parametersSha256,
            double seconds,
            List<AlignPoint> curve,
            @Nullable AllocationWorth allocation) {
        private static Run of(String arm, AlignResult result) {
            return new Run(
                    arm,
                    result.seed(),
                    result.steps(),
                    result.queries(),
                    result.flops(),
                    result.google(),
                    result.twitter(),
                    result.parametersSha256(),
                    result.seconds(),
                    result.curve(),
                    result.allocation());
        }
    }

    /** Follows a comparison. */
    public interface Listener {
        /**
         * A curve has a new point.
         *
         * @return false to stop the comparison
         */
        boolean onPoint();

        /**
         * A run has ended.
         *
         * @param run the run
         * @param done runs done
         * @param total runs in all
         */
        void onRun(Run run, int done, int total);
    }

    /**
     * What to compare.
     *
     * @param arms the methods, at least one; the others are compared with the first
     * @param seed the first seed
     * @param seeds number of seeds, at least 2
     * @param budget queries that each run may spend
     */
    public record Config(List<AlignArm> arms, long seed, int seeds, long budget) {
        /** Checks the ranges. */
        public Config {
            arms = List.copyOf(arms);
            if (arms.isEmpty()) {
                throw new IllegalArgumentException("arms is empty, expected at least one");
            }
            if (arms.stream().map(AlignArm::name).distinct().count() < arms.size()) {
                throw new IllegalArgumentException(
                        "arms = " + arms.stream().map(AlignArm::name).toList() + ", expected none of them twice");
            }
            if (seeds < 2) {
                throw new IllegalArgumentException("seeds = " + seeds + ", expected >= 2: an interval needs two");
            }
        }

        /**
         * Refuses what the task does not allow.
         *
         * @param task the task
         * @throws IllegalArgumentException if it refuses one of the methods
         */
        public void check(AlignTask task) {
            arms.forEach(arm -> task.check(arm.method()));
        }
    }

    /**
     * Runs every method with every seed.
     *
     * @param task the task
     * @param config what to compare
     * @param listener is told how it goes
     * @return what came of it, null if the listener stopped it
     * @throws IllegalArgumentException if the task refuses a method; nothing has run then
     */
    public static @Nullable AlignComparison run(AlignTask task, Config config, Listener listener) {
        config.check(task);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < config.seeds; i++) {
            for (AlignArm arm : config.arms) {
                AlignResult result = task.run(arm.method().withSeed(config.seed + i), point -> listener.onPoint());
                if (result.interrupted()) {
                    return null;
                }
                Run run = Run.of(arm.name(), result);
                runs.add(run);
                listener.onRun(run, runs.size(), config.seeds * config.arms.size());
            }
        }
        return new AlignComparison(
                AlignSummary.TASK,
                config.budget,
                CONFIDENCE,
                !task.data().split().equals(EmojiSplit.standard()),
                EmojiSplit.HELD_OUT,
                config.arms.stream()
                        .map(arm -> summary(arm, config.arms.getFirst(), runs))
                        .toList(),
                runs,
                Provenance.ofThisProcess());
    }

    private static ArmSummary summary(AlignArm arm, AlignArm first, List<Run> all) {
        List<Run> runs = of(arm, all);
        List<Run> reference = arm.equals(first) ? List.of() : of(first, all);
        boolean allocates = runs.stream().allMatch(run -> run.allocation() != null);
        return new ArmSummary(
                arm.name(),
                arm.method().settings(),
                PairedSeeds.average(runs, Run::queries),
                scores(runs, reference, Run::google),
                scores(runs, reference, Run::twitter),
                allocates ? (Double) PairedSeeds.average(runs, run -> worth(run).coefficientOfVariation()) : null,
                allocates ? (Double) PairedSeeds.average(runs, run -> worth(run).varianceRatioToEqual()) : null);
    }

    private static AllocationWorth worth(Run run) {
        return Objects.requireNonNull(run.allocation());
    }

    private interface Style {
        RetrievalScores of(Run run);
    }

    private static Scores scores(List<Run> runs, List<Run> reference, Style style) {
        return new Scores(
                score(runs, reference, run -> style.of(run).imageToText1()),
                score(runs, reference, run -> style.of(run).imageToText10()),
                score(runs, reference, run -> style.of(run).textToImage1()),
                score(runs, reference, run -> style.of(run).textToImage10()),
                score(runs, reference, run -> style.of(run).categoryAccuracy()));
    }

    private static Score score(List<Run> runs, List<Run> reference, ToDoubleFunction<Run> score) {
        return new Score(
                PairedSeeds.mean(runs, score, CONFIDENCE),
                reference.isEmpty() ? null : PairedSeeds.difference(runs, reference, score, CONFIDENCE));
    }

    /** Runs of one method in the order of the seeds. */
    private static List<Run> of(AlignArm arm, List<Run> runs) {
        return runs.stream().filter(run -> run.arm().equals(arm.name())).toList();
    }
}
