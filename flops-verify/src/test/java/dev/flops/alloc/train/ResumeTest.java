package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.estimate.Baseline;
import dev.flops.api.GradientEstimator;
import dev.flops.api.StateArrays;
import dev.flops.api.Stateful;
import dev.flops.tensor.Workers;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A trainer that is saved, and restored into a new one, ends in the bits of one that was never stopped. */
class ResumeTest {
    private static Trainer fresh(GoldenRun run) {
        return run.trainer(GoldenRun.REFERENCE, Workers.callingThread());
    }

    private static StateArrays stateOf(Trainer trainer) {
        StateArrays state = new StateArrays();
        trainer.saveTo(state);
        return state;
    }

    private static StateArrays stoppedAfter(GoldenRun run, int steps) {
        Trainer trainer = fresh(run);
        if (steps > 0) {
            trainer.run(report -> report.step() + 1 < steps);
        }
        assertThat(trainer.stepsDone()).isEqualTo(steps);
        return stateOf(trainer);
    }

    @ParameterizedTest
    @EnumSource
    void aResumedRunEndsInTheSameBits(GoldenRun run) {
        Trainer whole = fresh(run);
        whole.run(report -> true);
        for (int stop : new int[] {0, 1, 13, GoldenRun.STEPS}) {
            Trainer resumed = fresh(run);
            resumed.restoreFrom(stoppedAfter(run, stop));
            resumed.run(report -> true);
            assertThat(GoldenRun.digest(resumed)).as("stopped after %d", stop).isEqualTo(GoldenRun.digest(whole));
            assertThat(resumed.ledger().queries()).isEqualTo(whole.ledger().queries());
        }
    }

    /** Leaving out any one array but times must show: in the end state, or at once as a name that is missing. */
    @ParameterizedTest
    @EnumSource
    void everyArrayMatters(GoldenRun run) {
        StateArrays saved = stoppedAfter(run, 13);
        for (String name : saved.entries().keySet()) {
            StateArrays cut = new StateArrays();
            saved.entries().forEach((other, entry) -> {
                if (!other.equals(name)) {
                    put(cut, other, entry);
                }
            });
            assertThatThrownBy(() -> fresh(run).restoreFrom(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name + " is missing");
            StateArrays more = stoppedAfter(run, 13);
            more.putLongs("another", 1);
            assertThatThrownBy(() -> fresh(run).restoreFrom(more)).hasMessageContaining("another is unknown");
        }
    }

    private static void put(StateArrays out, String name, StateArrays.Entry entry) {
        switch (entry) {
            case StateArrays.Floats f -> out.putFloats(name, f.values(), 0, f.shape());
            case StateArrays.Doubles d -> out.putDoubles(name, d.values());
            case StateArrays.Longs l -> out.putLongs(name, l.values());
        }
    }

    /** A run restored with the optimizer, the allocator, the estimator or the memory of step 0 ends elsewhere. */
    @ParameterizedTest
    @EnumSource
    void aForgottenPartIsSeen(GoldenRun run) {
        StateArrays begin = stoppedAfter(run, 0);
        StateArrays saved = stoppedAfter(run, 13);
        Trainer whole = fresh(run);
        whole.run(report -> true);
        Set<String> parts = new TreeSet<>();
        saved.entries().keySet().forEach(name -> parts.add(name.replaceFirst("\\..*", "")));
        parts.removeAll(Set.of("ledger", "step", "sampleFlops", "variance", "parameters"));
        for (String part : parts) {
            StateArrays mixed = new StateArrays();
            boolean[] differs = new boolean[1];
            saved.entries().forEach((name, entry) -> {
                boolean old = name.startsWith(part + ".");
                StateArrays.Entry first = begin.entries().get(name);
                differs[0] |= old && !name.endsWith("lastRatio") && !same(first, entry);
                put(mixed, name, old ? first : entry);
            });
            Trainer resumed = fresh(run);
            resumed.restoreFrom(mixed);
            resumed.run(report -> true);
            assertThat(GoldenRun.digest(resumed).equals(GoldenRun.digest(whole)))
                    .as("without %s", part)
                    .isEqualTo(!differs[0]);
        }
    }

    private static boolean same(StateArrays.Entry a, StateArrays.Entry b) {
        return switch (a) {
            case StateArrays.Floats f -> b instanceof StateArrays.Floats g && Arrays.equals(f.values(), g.values());
            case StateArrays.Doubles d -> b instanceof StateArrays.Doubles e && Arrays.equals(d.values(), e.values());
            case StateArrays.Longs l -> b instanceof StateArrays.Longs m && Arrays.equals(l.values(), m.values());
        };
    }

    /**
     * No estimator, baseline or other part of training is forgotten: whoever can change from step to step, or holds a part that can,
     * says what its state is. Buffers that every step writes anew before it reads them, and objects of one step, are named here.
     */
    @Test
    void whoeverCanChangeHasAState() throws Exception {
        Set<String> buffers = Set.of(
                "dev.flops.alloc.estimate.CleanForward",
                "dev.flops.alloc.allocate.GainHeap",
                "dev.flops.alloc.allocate.AllocationReward",
                "dev.flops.alloc.allocate.GaussianAllocator",
                "dev.flops.alloc.allocate.GaussianScores",
                "dev.flops.alloc.allocate.NeymanAllocator",
                "dev.flops.alloc.allocate.NeymanSolver",
                "dev.flops.alloc.allocate.PolicyGradient",
                "dev.flops.alloc.estimate.AllSitesSampling",
                "dev.flops.alloc.estimate.LayerWiseSampling",
                "dev.flops.alloc.estimate.NetworkBlackBox",
                "dev.flops.alloc.estimate.Replayer",
                "dev.flops.alloc.estimate.SampleChunks",
                "dev.flops.alloc.estimate.SamplePlan",
                "dev.flops.alloc.estimate.ScaleDerivative",
                "dev.flops.alloc.estimate.StepContext",
                "dev.flops.alloc.estimate.StepMemory",
                "dev.flops.alloc.estimate.SuffixObjective",
                "dev.flops.alloc.train.EpochSampler");
        List<String> seen = new ArrayList<>();
        for (Class<?> type : allocClasses()) {
            boolean changes = Arrays.stream(type.getDeclaredFields()).anyMatch(ResumeTest::canChange);
            boolean holds = Arrays.stream(type.getDeclaredFields()).anyMatch(ResumeTest::holdsState);
            boolean declares = Stateful.class.isAssignableFrom(type) || declaresState(type);
            boolean part = GradientEstimator.class.isAssignableFrom(type) || Baseline.class.isAssignableFrom(type);
            if ((changes && !buffers.contains(type.getName()) && isLongLived(type)) || (part && holds)) {
                assertThat(declares)
                        .as("%s says what its state is", type.getName())
                        .isTrue();
                seen.add(type.getSimpleName());
            }
        }
        assertThat(seen)
                .contains(
                        "Trainer",
                        "VarianceSplit",
                        "RunningMeanBaseline",
                        "SiteAllocatedEstimator",
                        "LikelihoodRatioEstimator",
                        "MeasuredSpaceEstimator",
                        "PilotEstimator",
                        "ParameterEstimator");
    }

    private static boolean canChange(Field field) {
        return !Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers());
    }

    private static boolean holdsState(Field field) {
        Class<?> type = field.getType();
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        boolean configHoldsBaseline = element.isRecord()
                && Arrays.stream(element.getRecordComponents())
                        .anyMatch(component -> Baseline.class.isAssignableFrom(component.getType()));
        return !Modifier.isStatic(field.getModifiers())
                && (configHoldsBaseline
                        || Stateful.class.isAssignableFrom(element)
                        || (GradientEstimator.class.isAssignableFrom(element) && !isStateless(element))
                        || Baseline.class.isAssignableFrom(element));
    }

    /** A final estimator that keeps {@link Stateful#NONE}. */
    private static boolean isStateless(Class<?> estimator) {
        return Modifier.isFinal(estimator.getModifiers()) && !declaresState(estimator);
    }

    private static boolean declaresState(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("state") && method.getParameterCount() == 0);
    }

    /** Not an object of one step: those are inner, anonymous or local. */
    private static boolean isLongLived(Class<?> type) {
        return !type.isMemberClass() && !type.isAnonymousClass() && !type.isLocalClass();
    }

    private static List<Class<?>> allocClasses() throws IOException, ClassNotFoundException {
        Path root = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> Files.exists(entry.resolve("dev/flops/alloc/train/Trainer.class")))
                .findFirst()
                .orElse(null);
        List<Class<?>> classes = new ArrayList<>();
        if (root != null) {
            collect(root, classes);
        } else {
            Path jar = Path.of(Trainer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath());
            try (var system = java.nio.file.FileSystems.newFileSystem(jar)) {
                collect(system.getPath("/"), classes);
            }
        }
        assertThat(classes).hasSizeGreaterThan(50);
        return classes;
    }

    private static void collect(Path root, List<Class<?>> classes) throws IOException, ClassNotFoundException {
        List<String> names;
        try (Stream<Path> files = Files.walk(root.resolve("dev/flops/alloc"))) {
            names = files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
        for (String name : names) {
            classes.add(Class.forName(name, false, ResumeTest.class.getClassLoader()));
        }
    }
}
