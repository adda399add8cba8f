package dev.flops.bench.align;

import dev.flops.bench.compare.Interval;
import dev.flops.bench.report.Provenance;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code summary.json} of an alignment. Times in seconds. Fields are never renamed or removed.
 *
 * @param task what is aligned with what
 * @param settings the settings
 * @param budget queries that a step may spend
 * @param heldOut number of emoji held out
 * @param chanceAtOne share that a random order finds at once
 * @param runs what each seed did
 * @param google mean of the scores in the style that was learned from, with its 95 % interval
 * @param twitter the same in the other style
 * @param encodingSeconds wall time of both encoders
 * @param provenance where and with what it ran
 */
public record AlignSummary(
        String task,
        String settings,
        int budget,
        int heldOut,
        double chanceAtOne,
        List<Run> runs,
        Scores google,
        Scores twitter,
        double encodingSeconds,
        Provenance provenance) {
    /** What is aligned with what. */
    static final String TASK = "emoji and their names, MiniLM and the project's image encoder";

    private static final double CONFIDENCE = 0.95;

    /** Copies the list. */
    public AlignSummary {
        runs = List.copyOf(runs);
    }

    /**
     * A run.
     *
     * @param seed its seed
     * @param steps steps done
     * @param queries queries spent
     * @param flops floating-point operations of the training
     * @param varianceRatioToEqual variance of the allocation over that of equal shares
     * @param google scores in the style that was learned from
     * @param twitter scores in the other style
     * @param parametersSha256 SHA-256 over the projector's parameters
     * @param interrupted whether it was stopped early
     * @param seconds wall time
     */
    public record Run(
            long seed,
            int steps,
            long queries,
            long flops,
            double varianceRatioToEqual,
            RetrievalScores google,
            RetrievalScores twitter,
            String parametersSha256,
            boolean interrupted,
            double seconds) {}

    /**
     * A mean over seeds.
     *
     * @param mean the mean
     * @param interval 95 % interval of the mean by Student's t; null with one seed
     */
    public record Score(double mean, @Nullable Interval interval) {
        private static Score of(List<AlignResult> results, ToDoubleFunction<AlignResult> score) {
            double[] values = results.stream().mapToDouble(score).toArray();
            Interval interval = values.length < 2 ? null : Interval.of(values, CONFIDENCE);
            return new Score(interval == null ? values[0] : interval.mean(), interval);
        }
    }

    /**
     * Means of all scores.
     *
     * @param imageToText1 pictures whose own text is nearest
     * @param imageToText10 pictures whose own text is among the ten nearest
     * @param textToImage1 texts whose own picture is nearest
     * @param textToImage10 texts whose own picture is among the ten nearest
     * @param categoryAccuracy pictures whose category's name is nearest
     */
    public record Scores(
            Score imageToText1, Score imageToText10, Score textToImage1, Score textToImage10, Score categoryAccuracy) {
        private interface Style {
            RetrievalScores of(AlignResult result);
        }

        private static Scores of(List<AlignResult> results, Style style) {
            return new Scores(
                    Score.of(results, result -> style.of(result).imageToText1()),
                    Score.of(results, result -> style.of(result).imageToText10()),
                    Score.of(results, result -> style.of(result).textToImage1()),
                    Score.of(results, result -> style.of(result).textToImage10()),
                    Score.of(results, result -> style.of(result).categoryAccuracy()));
        }
    }

    /**
     * The summary of runs that differ in their seeds.
     *
     * @param config how, with any of the seeds
     * @param results the runs, at least one
     * @param encodingSeconds wall time of both encoders
     * @return the summary
     */
    public static AlignSummary of(AlignConfig config, List<AlignResult> results, double encodingSeconds) {
        return new AlignSummary(
                TASK,
                config.settings(),
                config.budget(),
                EmojiSplit.HELD_OUT,
                1.0 / EmojiSplit.HELD_OUT,
                results.stream().map(AlignSummary::run).toList(),
                Scores.of(results, AlignResult::google),
                Scores.of(results, AlignResult::twitter),
                encodingSeconds,
                Provenance.ofThisProcess());
    }

    private static Run run(AlignResult result) {
        return new Run(
                result.seed(),
                result.steps(),
                result.queries(),
                result.flops(),
                result.varianceRatioToEqual(),
                result.google(),
                result.twitter(),
                result.parametersSha256(),
                result.interrupted(),
                result.seconds());
    }
}
