package dev.flops.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs inside the module {@code dev.flops.alloc}, with the modules it requires on the module path. */
@Tag("module-path")
final class ModulePathTest {
    private final Module alloc = ModulePathTest.class.getModule();

    @Test
    void thisTestRunsInTheNamedModule() {
        assertThat(alloc.getName()).isEqualTo("dev.flops.alloc");
        assertThat(alloc.getLayer()).isSameAs(ModuleLayer.boot());
    }

    @Test
    void onlyTheRequiredModulesOfTheProjectAreResolved() {
        assertThat(resolved(name -> name.startsWith("dev.flops.")))
                .containsExactlyInAnyOrder("dev.flops.alloc", "dev.flops.api", "dev.flops.tensor");
    }

    @Test
    void everyOtherResolvedModuleIsOfTheJdk() {
        Set<String> foreign = ModuleLayer.boot().configuration().modules().stream()
                .filter(module -> !module.name().startsWith("dev.flops."))
                .filter(module -> !isOfTheJdk(module.reference()))
                .map(ResolvedModule::name)
                .collect(Collectors.toSet());
        assertThat(foreign).isEmpty();
    }

    @Test
    void readsWhatItsUsersNeedAndNoKernel() {
        Module tensor = module("dev.flops.tensor");
        assertThat(alloc.canRead(module("dev.flops.api"))).isTrue();
        assertThat(alloc.canRead(tensor)).isTrue();
        assertThat(tensor.getPackages())
                .filteredOn(name -> name.contains(".internal."))
                .isNotEmpty()
                .noneMatch(name -> tensor.isExported(name, alloc) || tensor.isOpen(name, alloc));
    }

    @Test
    void theVectorModuleIsReadByTensorAlone() {
        Module vector = module("jdk.incubator.vector");
        assertThat(module("dev.flops.tensor").canRead(vector)).isTrue();
        assertThat(alloc.canRead(vector)).isFalse();
    }

    private static Set<String> resolved(Predicate<String> kept) {
        return ModuleLayer.boot().modules().stream()
                .map(Module::getName)
                .filter(kept)
                .collect(Collectors.toSet());
    }

    private static Module module(String name) {
        return ModuleLayer.boot().findModule(name).orElseThrow();
    }

    private static boolean isOfTheJdk(ModuleReference module) {
        return module.location().map(uri -> uri.getScheme().equals("jrt")).equals(Optional.of(true));
    }
}
