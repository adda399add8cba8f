package dev.flops.bench.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureTest {
    private static final String PRODUCTION = "dev.flops";
    private static final String FIXTURE = "dev.flops.bench.architecture.fixture";

    private static final JavaClasses PRODUCTION_CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PRODUCTION);
    private static final JavaClasses FIXTURE_CLASSES = new ClassFileImporter().importPackages(FIXTURE);

    /** A rule and the classes of the fixture that break it. */
    record Case(String name, Function<ArchitectureRules, ArchRule> rule, List<String> culprits) {
        List<String> violations(String root, JavaClasses classes) {
            // Whether there was something to check is asked once, by productionIsSeenWhole.
            return rule.apply(new ArchitectureRules(root))
                    .allowEmptyShould(true)
                    .evaluate(classes)
                    .getFailureReport()
                    .getDetails();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                rule("know no third party", ArchitectureRules::knowNoThirdParty, "api.ThirdParty"),
                rule("keep kernels inside", ArchitectureRules::keepKernelsInside, "alloc.ReachesKernel"),
                rule("keep models out of alloc", ArchitectureRules::keepModelsOutOfAlloc, "alloc.KnowsModel"),
                rule(
                        "keep reference out of learning",
                        ArchitectureRules::keepReferenceOutOfLearning,
                        "bench.KnowsReference"),
                rule("keep bench out of all", ArchitectureRules::keepBenchOutOfAll, "api.KnowsBench"),
                rule(
                        "have no package cycle",
                        ArchitectureRules::haveNoPackageCycle,
                        "models.left.Left",
                        "models.right.Right"),
                rule(
                        "use no reflection",
                        ArchitectureRules::useNoReflection,
                        "alloc.Reflection$Members",
                        "alloc.Reflection$Names",
                        "alloc.Reflection$Lookups"),
                rule(
                        "use no serialization",
                        ArchitectureRules::useNoSerialization,
                        "models.Serialization.read",
                        "models.Serialization.write"),
                rule("have no mutable static", ArchitectureRules::haveNoMutableStatic, "alloc.MutableStatic"),
                rule(
                        "use exact mathematics",
                        ArchitectureRules::useExactMathematics,
                        "tensor.InexactMathematics$Scalar",
                        "tensor.InexactMathematics$Lanes"),
                rule(
                        "draw no unkeyed randomness",
                        ArchitectureRules::drawNoUnkeyedRandomness,
                        "alloc.UnkeyedRandomness$Global",
                        "alloc.UnkeyedRandomness$Sequential",
                        "alloc.UnkeyedRandomness$Generator"),
                rule(
                        "print nothing",
                        ArchitectureRules::printNothing,
                        "alloc.Printing$Line",
                        "alloc.Printing$Trace",
                        "alloc.Printing$Log"),
                rule(
                        "start no thread",
                        ArchitectureRules::startNoThread,
                        "alloc.Threads$Constructed",
                        "alloc.Threads$Built",
                        "alloc.Threads$Pooled",
                        "alloc.Threads$Forked",
                        "alloc.Threads$CommonPool",
                        "alloc.Threads$ParallelCollection",
                        "alloc.Threads$ParallelStream",
                        "alloc.Threads$ParallelArray"));
    }

    private static Case rule(String name, Function<ArchitectureRules, ArchRule> rule, String... culprits) {
        return new Case(
                name,
                rule,
                Stream.of(culprits).map(culprit -> FIXTURE + "." + culprit).toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productionKeeps(Case rule) {
        assertThat(rule.violations(PRODUCTION, PRODUCTION_CLASSES)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fixtureBreaks(Case rule) {
        List<String> violations = rule.violations(FIXTURE, FIXTURE_CLASSES);
        assertThat(rule.culprits())
                .allSatisfy(culprit -> assertThat(violations)
                        .as("%s in %s", culprit, violations)
                        .anyMatch(line -> line.contains(culprit)));
        assertThat(violations).noneMatch(line -> line.contains("Blameless"));
    }

    /** Without this an importer that finds nothing would satisfy every rule. */
    @Test
    void productionIsSeenWhole() throws IOException {
        for (ModuleReference module : RuntimeModules.finder().findAll()) {
            assertThat(RuntimeModules.classNames(module)).allMatch(PRODUCTION_CLASSES::contain);
        }
        assertThat(PRODUCTION_CLASSES.contain("dev.flops.bench.cli.FlopsCommand"))
                .isTrue();
        assertThat(PRODUCTION_CLASSES.contain(ArchitectureTest.class)).isFalse();
    }
}
