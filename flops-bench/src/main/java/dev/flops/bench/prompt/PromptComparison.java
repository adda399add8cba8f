package dev.flops.bench.prompt;

import dev.flops.api.Objective;
import dev.flops.bench.compare.AllocationWorth;
import dev.flops.bench.compare.Interval;
import dev.flops.bench.compare.PairedSeeds;
import dev.flops.bench.report.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: several methods, the same prompt and budget, several seeds. Fields are never renamed or removed.
 *
 * @param task what is adapted to what
 * @param prompt name of the prompt
 * @param parameters number of its parameters
 * @param budget queries that each run may spend
 * @param confidence of the intervals
 * @param zeroShotAccuracy share of test digits read rightly without a prompt
 * @param testExamples number of test digits
 * @param arms what each method came to
 * @param runs all runs
 * @param provenance where and with what it ran
 */
public record PromptComparison(
        String task,
        String prompt,
        int parameters,
        long budget,
        double confidence,
        double zeroShotAccuracy,
        int testExamples,
        List<ArmSummary> arms,
        List<Run> runs,
        Provenance provenance) {
    private static final double CONFIDENCE = 0.95;

    /**
     * What a method came to over all seeds.
     *
     * @param arm its name
     * @param settings its settings
     * @param testAccuracy mean and interval over the seeds
     * @param differenceToFirst test accuracy minus that of the first method, paired by seed; null for the first
     * @param validationAccuracy mean accuracy on the validation digits at the end
     * @param queries mean of the queries spent
     * @param testLoss mean loss on the test digits in nats, and its interval
     * @param lossDifferenceToFirst test loss minus that of the first method, paired by seed; null for the first
     * @param coefficientOfVariation mean of what the runs' {@link AllocationWorth} say; null if the method allocates nothing
     * @param varianceRatioToEqual the same
     * @param noiseShare the same; null as well if a run does not know it
     */
    public record ArmSummary(
            String arm,
            String settings,
            Interval testAccuracy,
            @Nullable Interval differenceToFirst,
            double validationAccuracy,
            double queries,
            Interval testLoss,
            @Nullable Interval lossDifferenceToFirst,
            @Nullable Double coefficientOfVariation,
            @Nullable Double varianceRatioToEqual,
            @Nullable Double noiseShare) {}

    /**
     * One run.
     *
     * @param arm name of the method
     * @param seed its seed
     * @param steps steps done
     * @param queries queries spent
     * @param testAccuracy share of test digits read rightly
     * @param testLoss mean loss on the test digits, in nats
     * @param seconds wall time of tuning and evaluation
     * @param curve how it went
     * @param allocation what its allocations were worth, null if the method makes none
     */
    public record Run(
            String arm,
            long seed,
            int steps,
            long queries,
            double testAccuracy,
            double testLoss,
            double seconds,
            List<PromptPoint> curve,
            @Nullable AllocationWorth allocation) {
        double validationAccuracy() {
            return curve.getLast().validationAccuracy();
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
     * @param prompt what is tuned
     * @param arms the methods, at least one; the others are compared with the first
     * @param seeds every method runs with the seeds 1 to {@code seeds}, at least 2
     * @param budget queries that each run may spend
     */
    public record Config(VisualPrompt prompt, List<PromptArm> arms, int seeds, long budget) {
        /** Checks the ranges. */
        public Config {
            arms = List.copyOf(arms);
            if (arms.isEmpty()) {
                throw new IllegalArgumentException("arms is empty, expected at least one");
            }
            if (arms.stream().map(PromptArm::name).distinct().count() < arms.size()) {
                throw new IllegalArgumentException(
                        "arms = " + arms.stream().map(PromptArm::name).toList() + ", expected none of them twice");
            }
            if (seeds < 2) {
                throw new IllegalArgumentException("seeds = " + seeds + ", expected >= 2: an interval needs two");
            }
            for (PromptArm arm : arms) {
                var _ = new PromptConfig(prompt, arm.name(), arm.tuner(), budget, 1);
            }
        }

        /**
         * Refuses what the task does not allow.
         *
         * @param task the task
         * @throws IllegalArgumentException if it refuses one of the methods
         */
        public void check(PromptTask task) {
            arms.forEach(arm -> task.check(run(arm, 1)));
        }

        private PromptConfig run(PromptArm arm, long seed) {
            return new PromptConfig(prompt, arm.name(), arm.tuner(), budget, seed);
        }
    }

    /**
     * Runs every method with every seed.
     *
     * @param task the task
     * @param config what to compare
     * @param access puts something before the black box, such as a journal; asked anew for every run
     * @param listener is told how it goes
     * @return what came of it, null if the listener stopped it
     * @throws IllegalArgumentException if the task refuses a method; nothing has run then
     */
    public static @Nullable PromptComparison run(
            PromptTask task, Config config, UnaryOperator<Objective> access, Listener listener) {
        List<Run> runs = new ArrayList<>();
        PromptResult result = null;
        config.check(task);
        for (long seed : LongStream.rangeClosed(1, config.seeds).toArray()) {
            for (PromptArm arm : config.arms) {
                result = task.run(config.run(arm, seed), access, point -> listener.onPoint());
                if (result.interrupted()) {
                    return null;
                }
                Run run = run(result);
                runs.add(run);
                listener.onRun(run, runs.size(), config.seeds * config.arms.size());
            }
        }
        PromptResult any = Objects.requireNonNull(result);
        return new PromptComparison(
                PromptSummary.TASK,
                config.prompt.name(),
                config.prompt.dimension(),
                config.budget,
                CONFIDENCE,
                any.zeroShot().accuracy(),
                any.zeroShot().examples(),
                config.arms.stream()
                        .map(arm -> summary(arm, config.arms.getFirst(), runs))
                        .toList(),
                runs,
                Provenance.ofThisProcess());
    }

    private static Run run(PromptResult result) {
        return new Run(
                result.config().method(),
                result.config().seed(),
                result.steps(),
                result.queries(),
                result.test().accuracy(),
                result.test().loss(),
                result.seconds(),
                result.curve(),
                result.allocation());
    }

    private static ArmSummary summary(PromptArm arm, PromptArm first, List<Run> all) {
        List<Run> runs = of(arm, all);
        List<Run> reference = of(first, all);
        boolean compared = !arm.equals(first);
        return new ArmSummary(
                arm.name(),
                arm.tuner().toString(),
                PairedSeeds.mean(runs, Run::testAccuracy, CONFIDENCE),
                compared ? PairedSeeds.difference(runs, reference, Run::testAccuracy, CONFIDENCE) : null,
                PairedSeeds.average(runs, Run::validationAccuracy),
                PairedSeeds.average(runs, Run::queries),
                PairedSeeds.mean(runs, Run::testLoss, CONFIDENCE),
                compared ? PairedSeeds.difference(runs, reference, Run::testLoss, CONFIDENCE) : null,
                averageOfAllocations(runs, AllocationWorth::coefficientOfVariation),
                averageOfAllocations(runs, AllocationWorth::varianceRatioToEqual),
                averageOfAllocations(runs, AllocationWorth::noiseShare));
    }

    private static @Nullable Double averageOfAllocations(
            List<Run> runs, Function<AllocationWorth, @Nullable Double> figure) {
        double sum = 0;
        for (Run run : runs) {
            Double found = run.allocation() == null ? null : figure.apply(run.allocation());
            if (found == null) {
                return null;
            }
            sum += found / runs.size();
        }
        return sum;
    }

    /** Runs of one method in the order of the seeds. */
    private static List<Run> of(PromptArm arm, List<Run> runs) {
        return runs.stream().filter(run -> run.arm().equals(arm.name())).toList();
    }
}
