package dev.flops.bench.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** The rules, for the packages below {@code root}. */
record ArchitectureRules(String root) {
    /** Results that {@link Math} leaves to the platform; {@code sqrt} and {@code fma} are exact and stay allowed. */
    private static final String INEXACT =
            "sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|exp|expm1|log|log10|log1p|pow|cbrt|hypot";

    /** A call that takes no executor and so runs on the common pool. */
    private static final DescribedPredicate<JavaAccess<?>> WITHOUT_EXECUTOR = DescribedPredicate.describe(
            "no executor is passed",
            access -> access.getTarget() instanceof CodeUnitCallTarget target
                    && target.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Executor.class)));

    ArchRule knowNoThirdParty() {
        String[] allowed = Stream.concat(
                        Stream.of("java..", "javax.imageio..", "jdk.incubator.vector..", "org.jspecify.annotations.."),
                        Stream.of(runtimePackages()))
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAnyPackage(runtimePackages())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    ArchRule keepKernelsInside() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".tensor.internal..");
    }

    ArchRule keepModelsOutOfAlloc() {
        return noClasses()
                .that()
                .resideInAPackage(root + ".alloc..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".models..");
    }

    /** The exact gradient is for comparison and pre-training; nothing that learns by forward passes may see it. */
    ArchRule keepReferenceOutOfLearning() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + "..")
                .and()
                .resideOutsideOfPackages(
                        root + ".models.reference..",
                        root + ".bench.pretrain..",
                        root + ".bench.closeup..",
                        root + ".bench.finetune..",
                        root + ".bench.measure..",
                        root + ".bench.variance..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".models.reference..");
    }

    ArchRule keepBenchOutOfAll() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + "..")
                .and()
                .resideOutsideOfPackage(root + ".bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".bench..");
    }

    ArchRule haveNoPackageCycle() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }

    ArchRule useNoReflection() {
        return noRuntimeClass()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.reflect..", "sun..", "jdk.internal..")
                .orShould()
                .accessTargetWhere(
                        calls(Class.class, "forName|newInstance|get(Declared)?(Methods?|Fields?|Constructors?)"))
                .orShould()
                .accessTargetWhere(calls("java.lang.invoke.MethodHandles", "privateLookupIn"));
    }

    ArchRule useNoSerialization() {
        return noRuntimeClass()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectOutputStream");
    }

    ArchRule haveNoMutableStatic() {
        return fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(runtimePackages())
                .should()
                .beFinal();
    }

    ArchRule useExactMathematics() {
        return noRuntimeClass()
                .should()
                .accessTargetWhere(calls(Math.class, INEXACT))
                .orShould()
                .accessTargetWhere(calls(
                        "jdk.incubator.vector.VectorOperators",
                        "SIN|COS|TAN|ASIN|ACOS|ATAN|ATAN2|SINH|COSH|TANH"
                                + "|EXP|EXPM1|LOG|LOG10|LOG1P|POW|CBRT|HYPOT"));
    }

    ArchRule drawNoUnkeyedRandomness() {
        return noRuntimeClass()
                .should()
                .accessTargetWhere(calls(Math.class, "random"))
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.util.random..")
                        .or(assignableTo("java.util.Random"))
                        .or(assignableTo("java.util.SplittableRandom")));
    }

    ArchRule printNothing() {
        return noRuntimeClass()
                .should()
                .accessTargetWhere(calls(System.class, "out|err|in|console"))
                .orShould()
                .accessTargetWhere(calls(Throwable.class, "printStackTrace"))
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..");
    }

    ArchRule startNoThread() {
        return noRuntimeClass()
                .should()
                .accessTargetWhere(calls(Thread.class, "<init>|ofVirtual|ofPlatform|startVirtualThread"))
                .orShould()
                .dependOnClassesThat(assignableTo("java.util.concurrent.Executors")
                        .or(assignableTo("java.util.concurrent.AbstractExecutorService"))
                        .or(assignableTo("java.util.Timer")))
                .orShould()
                .accessTargetWhere(
                        calls("java.util.concurrent.CompletableFuture", ".*Async|orTimeout|completeOnTimeout")
                                .and(WITHOUT_EXECUTOR))
                .orShould()
                .accessTargetWhere(calls("java.util.Collection", "parallelStream"))
                .orShould()
                .accessTargetWhere(calls("java.util.stream.BaseStream", "parallel"))
                .orShould()
                .accessTargetWhere(calls("java.util.Arrays", "parallel.*"));
    }

    private String[] runtimePackages() {
        return Stream.of(".api..", ".tensor..", ".models..", ".alloc..")
                .map(root::concat)
                .toArray(String[]::new);
    }

    private GivenClassesConjunction noRuntimeClass() {
        return noClasses().that().resideInAnyPackage(runtimePackages());
    }

    private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String names) {
        return calls(owner.getName(), names);
    }

    private static DescribedPredicate<JavaAccess<?>> calls(String owner, String names) {
        return target(nameMatching(names)).and(targetOwner(assignableTo(owner))).as("target is %s.(%s)", owner, names);
    }
}
