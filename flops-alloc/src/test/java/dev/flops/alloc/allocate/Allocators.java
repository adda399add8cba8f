package dev.flops.alloc.allocate;

import dev.flops.alloc.allocate.GaussianAllocatorConfig.Gradient;
import dev.flops.alloc.allocate.GaussianAllocatorConfig.Link;
import dev.flops.api.QueryAllocator;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Every allocator in every mode that has a name of its own; and the allocators that there are. */
final class Allocators {
    private Allocators() {}

    static List<QueryAllocator> all() {
        GaussianAllocatorConfig gaussian = GaussianAllocatorConfig.defaults();
        List<QueryAllocator> all = new ArrayList<>(List.of(
                new EqualAllocator(),
                new BernoulliAllocator(0.5),
                new OracleAllocator(Allocators::variances),
                new GaussianAllocator(gaussian),
                new GaussianAllocator(gaussian.with(Link.SOFTMAX, Gradient.LIKELIHOOD_RATIO)),
                new GaussianAllocator(gaussian.with(Link.POSITIVE_PART, Gradient.LIKELIHOOD_RATIO)),
                new SwitchedAllocator(new GaussianAllocator(gaussian), SwitchOnRule.defaults()),
                new BiasedPooledControl(new NeymanAllocator())));
        for (AllocationSignal signal : AllocationSignal.values()) {
            all.add(new NeymanAllocator(signal));
            all.add(new ImportanceAllocator(signal, 0.2));
        }
        return List.copyOf(all);
    }

    private static double[] variances(int[] examples) {
        double[] variances = new double[examples.length];
        for (int i = 0; i < variances.length; i++) {
            variances[i] = examples[i] % 5;
        }
        return variances;
    }

    /** The concrete classes beside {@link EqualAllocator} that implement {@link QueryAllocator}. */
    static List<Class<?>> classesOfThePackage() throws IOException, URISyntaxException, ClassNotFoundException {
        String own = EqualAllocator.class.getPackageName();
        Path root = Path.of(EqualAllocator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(own.replace('.', '/')), "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName(own + '.' + name);
                if (QueryAllocator.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                    found.add(type);
                }
            }
        }
        return found;
    }
}
