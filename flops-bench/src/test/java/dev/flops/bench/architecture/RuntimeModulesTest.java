package dev.flops.bench.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RuntimeModulesTest {
    /** Modules of the JDK that a runtime module may ask for. */
    private static final Set<String> OF_THE_JDK = Set.of("java.base");

    /** Modules that may be missing at run time. */
    private static final Set<String> OPTIONAL = Set.of("java.desktop", "jdk.incubator.vector", "org.jspecify");

    private final Set<ModuleDescriptor> modules = RuntimeModules.finder().findAll().stream()
            .map(ModuleReference::descriptor)
            .collect(Collectors.toSet());

    RuntimeModulesTest() throws IOException {}

    @Test
    void allAreThereAndNamed() {
        assertThat(modules.stream().map(ModuleDescriptor::name))
                .containsExactlyInAnyOrderElementsOf(RuntimeModules.NAMES);
        assertThat(modules).noneMatch(ModuleDescriptor::isAutomatic).noneMatch(ModuleDescriptor::isOpen);
    }

    @Test
    void requireNothingButTheJdkAndEachOther() {
        for (ModuleDescriptor module : modules) {
            assertThat(required(module, requires -> !requires.modifiers().contains(Modifier.STATIC)))
                    .as(module.name())
                    .isSubsetOf(union(OF_THE_JDK, RuntimeModules.NAMES));
            assertThat(required(module, requires -> requires.modifiers().contains(Modifier.STATIC)))
                    .as(module.name())
                    .isSubsetOf(OPTIONAL);
        }
    }

    @Test
    void resolveWithNothingElseOnTheModulePath() throws IOException {
        Configuration resolved = ModuleLayer.boot()
                .configuration()
                .resolve(RuntimeModules.finder(), ModuleFinder.of(), RuntimeModules.NAMES);
        assertThat(resolved.modules().stream().map(ResolvedModule::name))
                .containsExactlyInAnyOrderElementsOf(RuntimeModules.NAMES);
    }

    @Test
    void allocKnowsNoModel() {
        ModuleDescriptor alloc = modules.stream()
                .filter(module -> module.name().equals("dev.flops.alloc"))
                .findAny()
                .orElseThrow();
        assertThat(required(alloc, requires -> true)).doesNotContain("dev.flops.models");
    }

    @Test
    void exportWhatIsPublicAndNothingInternal() throws IOException {
        for (ModuleReference module : RuntimeModules.finder().findAll()) {
            assertThat(exportsExactlyWhatIsPublic(module.descriptor(), packagesOfTypes(module)))
                    .as(module.descriptor().toString())
                    .isTrue();
        }
    }

    @Test
    void exportRuleIsNotVacuous() {
        var packages = Set.of("a", "a.internal.kernel");
        var right = newModule(packages).exports("a");
        var nothing = newModule(packages);
        var internal = newModule(packages).exports("a").exports("a.internal.kernel");
        var open = newModule(packages).exports("a").opens("a.internal.kernel");
        var qualified = newModule(packages).exports("a", Set.of("b"));
        assertThat(exportsExactlyWhatIsPublic(right.build(), packages)).isTrue();
        assertThat(Stream.of(nothing, internal, open, qualified))
                .noneMatch(module -> exportsExactlyWhatIsPublic(module.build(), packages));
    }

    /** Packages with a type; a description alone makes none. */
    private static Set<String> packagesOfTypes(ModuleReference module) throws IOException {
        return RuntimeModules.classNames(module).stream()
                .filter(name -> !name.endsWith(".package-info"))
                .map(name -> name.substring(0, name.lastIndexOf('.')))
                .collect(Collectors.toSet());
    }

    private static boolean exportsExactlyWhatIsPublic(ModuleDescriptor module, Set<String> packages) {
        Set<String> expected = packages.stream()
                .filter(name -> !(name + ".").contains(".internal."))
                .collect(Collectors.toSet());
        Set<String> exported =
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet());
        return exported.equals(expected)
                && module.exports().stream().noneMatch(ModuleDescriptor.Exports::isQualified)
                && module.opens().isEmpty();
    }

    private static ModuleDescriptor.Builder newModule(Set<String> packages) {
        return ModuleDescriptor.newModule("a").packages(packages);
    }

    private static Set<String> required(ModuleDescriptor module, Predicate<ModuleDescriptor.Requires> kept) {
        return module.requires().stream()
                .filter(kept)
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());
    }

    private static Set<String> union(Set<String> first, Set<String> second) {
        return Stream.concat(first.stream(), second.stream()).collect(Collectors.toSet());
    }
}
