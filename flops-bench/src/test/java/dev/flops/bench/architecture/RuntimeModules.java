package dev.flops.bench.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The modules that depend on nothing but the JDK, found on the class path by their descriptors. */
public final class RuntimeModules {
    static final Set<String> NAMES = Set.of("dev.flops.api", "dev.flops.tensor", "dev.flops.models", "dev.flops.alloc");

    private RuntimeModules() {}

    /** Finds the runtime modules, each in its jar or class folder. */
    public static ModuleFinder finder() throws IOException {
        List<Path> roots = new ArrayList<>();
        for (URL url : Collections.list(RuntimeModules.class.getClassLoader().getResources("module-info.class"))) {
            try (InputStream in = url.openStream()) {
                if (NAMES.contains(ModuleDescriptor.read(in).name())) {
                    roots.add(root(url));
                }
            }
        }
        return ModuleFinder.of(roots.toArray(Path[]::new));
    }

    /** Names all classes of a module but its descriptor. */
    static List<String> classNames(ModuleReference module) throws IOException {
        try (var reader = module.open();
                var resources = reader.list()) {
            return resources
                    .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    private static Path root(URL descriptor) throws IOException {
        if (descriptor.openConnection() instanceof JarURLConnection jar) {
            return Path.of(URI.create(jar.getJarFileURL().toString()));
        }
        return Path.of(URI.create(descriptor.toString())).resolveSibling("");
    }
}
