package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.allocate.AdaptiveBudget;
import dev.flops.alloc.allocate.AdaptiveBudget.Unit;
import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.MezoConfig;
import dev.flops.alloc.estimate.MezoEstimator;
import dev.flops.alloc.optimize.ConstantSchedule;
import dev.flops.alloc.optimize.SgdOptimizer;
import dev.flops.api.Distribution;
import dev.flops.api.Parameters;
import dev.flops.api.QueryBudget;
import dev.flops.api.StateArrays;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.problem.StandardProblems;
import dev.flops.verify.problem.StreamedProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings whose steps spend what a rule says: the same queries in all, the same bits on every machine and after a stop. */
class AdaptiveTrainingTest {
    private static final AdaptiveBudget RULE = new AdaptiveBudget(1, 12, 2, 0, 0.1, Unit.QUERIES);

    /** One whose allocator learns, one that refines over sites, one that spends a pilot before. */
    private static final List<GoldenRun> RUNS = List.of(
            GoldenRun.VIT_LAYER_WISE_GAUSSIAN_ADAM, GoldenRun.CNN_SITES_ADAM, GoldenRun.VIT_PILOT_RUNNING_MEAN_ADAM);

    private static Trainer fresh(GoldenRun run, AdaptiveBudget rule) {
        return run.trainer(GoldenRun.REFERENCE, Workers.callingThread(), Optional.of(rule));
    }

    private static StateArrays stateOf(Trainer trainer) {
        StateArrays state = new StateArrays();
        trainer.saveTo(state);
        return state;
    }

    /** Queries that the run would have with the same number in each step. */
    private static long total(GoldenRun run) {
        Trainer fixed = run.trainer(GoldenRun.REFERENCE, Workers.callingThread());
        fixed.run(report -> true);
        return fixed.ledger().queries();
    }

    @Test
    void aRunSpendsWhatItWasGivenAndNotMore() {
        for (GoldenRun run : RUNS) {
            long given = total(run);
            for (Unit unit : Unit.values()) {
                List<Long> spent = new ArrayList<>();
                List<Integer> samples = new ArrayList<>();
                Trainer trainer = fresh(run, new AdaptiveBudget(1, 12, 2, 0, 0.1, unit));
                trainer.run(report -> {
                    spent.add(report.queries());
                    samples.add(
                            report.allocation().total() / report.allocation().examples());
                    assertThat(trainer.expectedSteps()).isGreaterThanOrEqualTo(trainer.stepsDone());
                    return true;
                });
                // What is left does not pay for a step of one sample per example.
                assertThat(spent.getLast()).isLessThanOrEqualTo(given).isGreaterThan(given - spent.getFirst());
                assertThat(trainer.expectedSteps())
                        .isEqualTo(trainer.stepsDone())
                        .isEqualTo(spent.size());
                assertThat(samples.getFirst()).isEqualTo(2);
                assertThat(samples).allSatisfy(n -> assertThat(n).isBetween(1, 12));
            }
        }
    }

    /** The rule is followed: the numbers vary, and are those that it makes of what the steps report. */
    @Test
    void everyStepHasTheSamplesThatTheRuleMakesOfThoseBefore() {
        Trainer trainer = fresh(GoldenRun.VIT_LAYER_WISE_GAUSSIAN_ADAM, RULE);
        List<Integer> samples = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        expected.add(RULE.initial());
        trainer.run(report -> {
            samples.add(report.allocation().total() / report.allocation().examples());
            double[] means = stateOf(trainer).doubles("budget.means", 4);
            assertThat(means[2]).isEqualTo(1);
            assertThat(means[3]).isGreaterThan(1);
            expected.add(RULE.samplesPerExample(
                    new AdaptiveBudget.State(trainer.stepsDone(), means[0], means[1], means[2], means[3])));
            return true;
        });
        // The last step takes what is left.
        int steps = samples.size() - 1;
        assertThat(samples.subList(0, steps)).isEqualTo(expected.subList(0, steps));
        assertThat(new HashSet<>(samples)).hasSizeGreaterThan(1);
    }

    @Test
    void aResumedRunEndsInTheSameBits() {
        for (GoldenRun run : RUNS) {
            Trainer whole = fresh(run, RULE);
            whole.run(report -> true);
            for (int stop : new int[] {1, 7}) {
                Trainer stopped = fresh(run, RULE);
                stopped.run(report -> report.step() + 1 < stop);
                Trainer resumed = fresh(run, RULE);
                resumed.restoreFrom(stateOf(stopped));
                resumed.run(report -> true);
                assertThat(GoldenRun.digest(resumed)).isEqualTo(GoldenRun.digest(whole));
            }
        }
    }

    /** A resumed run that has forgotten what the rule learned ends elsewhere. */
    @Test
    void aForgottenRuleIsSeen() {
        GoldenRun run = GoldenRun.VIT_LAYER_WISE_GAUSSIAN_ADAM;
        Trainer whole = fresh(run, RULE);
        whole.run(report -> true);
        Trainer stopped = fresh(run, RULE);
        stopped.run(report -> report.step() + 1 < 7);
        StateArrays cut = new StateArrays();
        stateOf(stopped).entries().forEach((name, entry) -> {
            switch (entry) {
                case StateArrays.Floats f -> cut.putFloats(name, f.values(), 0, f.shape());
                case StateArrays.Doubles d -> cut.putDoubles(name, d.values());
                case StateArrays.Longs l -> cut.putLongs(name, name.equals("budget.steps") ? new long[1] : l.values());
            }
        });
        Trainer resumed = fresh(run, RULE);
        resumed.restoreFrom(cut);
        resumed.run(report -> true);
        assertThat(GoldenRun.digest(resumed)).isNotEqualTo(GoldenRun.digest(whole));
    }

    @Test
    void machinesAgree() {
        GoldenRun run = GoldenRun.VIT_LAYER_WISE_GAUSSIAN_ADAM;
        Trainer reference = fresh(run, RULE);
        reference.run(report -> true);
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Trainer other = run.trainer(
                    new GoldenRun.Machine(SimdWidth.AUTO, 2, 5), Workers.on(executor, 2), Optional.of(RULE));
            other.run(report -> true);
            assertThat(GoldenRun.digest(other)).isEqualTo(GoldenRun.digest(reference));
        }
    }

    /** Without a rule nothing of it is in a checkpoint, so that older ones are still read. */
    @ParameterizedTest
    @EnumSource
    void fixedBudgetsSaveNothingOfIt(GoldenRun run) {
        assertThat(stateOf(run.trainer(GoldenRun.REFERENCE, Workers.callingThread()))
                        .entries()
                        .keySet())
                .noneMatch(name -> name.startsWith("budget"));
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        Parameters point = StandardProblems.cubic().parameters();
        var shared = new MezoEstimator(
                new StreamedProblem(StandardProblems.cubic().problem()),
                point,
                TensorOps.of(SimdWidth.AUTO),
                new MezoConfig(Distribution.GAUSSIAN, 0.25f, true));
        assertThatThrownBy(() -> new Trainer(
                        new TrainingConfig(10, 3, new QueryBudget(12), 1, 1, Optional.of(RULE)),
                        StandardProblems.EXAMPLES,
                        shared,
                        new EqualAllocator(),
                        new SgdOptimizer(new SgdOptimizer.Config(0, 0)),
                        new ConstantSchedule(0.01),
                        new VarianceMemory(StandardProblems.EXAMPLES, 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a fixed one: its samples are SHARED_DIRECTIONS");
    }
}
