package dev.flops.bench.restricted;

import dev.flops.bench.architecture.RuntimeModules;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** A Java run-time image of chosen modules with the program {@code dev.flops.restricted} in it. */
record Image(Path home) {
    private static final Path SOURCES = Path.of("src", "restricted", "java");
    private static final String PROGRAM = "dev.flops.restricted";
    private static final List<String> RESTRICTIONS =
            List.of("--illegal-native-access=deny", "--sun-misc-unsafe-memory-access=deny", "-Xmx64m");

    /** What a process said. */
    record Result(int exitCode, String out, String err) {}

    /** Compiles the program and links an image of it, the runtime modules and others of the JDK. */
    static Image link(Path folder, String... jdkModules) throws IOException {
        Path program = folder.resolve("program");
        String modules = runtimeModules();
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            List<String> javac = new ArrayList<>(
                    List.of("--module-path", modules + File.pathSeparator + annotations(), "-d", program.toString()));
            sources.filter(source -> source.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(javac::add);
            run("javac", javac);
        }
        Path home = folder.resolve("image");
        run(
                "jlink",
                List.of(
                        "--module-path",
                        modules + File.pathSeparator + program,
                        "--add-modules",
                        Stream.concat(Stream.of(PROGRAM), Arrays.stream(jdkModules))
                                .collect(Collectors.joining(",")),
                        "--strip-debug",
                        "--compress=zip-6",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        home.toString()));
        return new Image(home);
    }

    /** What the runtime modules need to be compiled against, and nothing needs to run. */
    private static Path annotations() {
        return Path.of(URI.create(NullMarked.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
    }

    private static String runtimeModules() throws IOException {
        return RuntimeModules.finder().findAll().stream()
                .map(module -> Path.of(module.location().orElseThrow()).toString())
                .sorted()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void run(String tool, List<String> args) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst(tool).orElseThrow().run(out, out, args.toArray(String[]::new));
        if (code != 0) {
            throw new AssertionError(tool + " ended with " + code + ": " + said);
        }
    }

    /** Runs the program in the image, restricted, in a folder. */
    Result run(Path folder, List<String> jvm, String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin").resolve("java").toString()));
        command.addAll(RESTRICTIONS);
        command.addAll(jvm);
        command.addAll(List.of("--module", PROGRAM + "/" + PROGRAM + ".TrainDigits"));
        command.addAll(List.of(args));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Result(process.waitFor(), Files.readString(out).strip(), Files.readString(err));
    }

    /** Bytes of all its files. */
    long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** A jar with an agent, of one class and its nested classes. */
    static Path agent(Path jar, Class<?> agent) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", agent.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (String name : Stream.concat(Stream.of(agent), Arrays.stream(agent.getDeclaredClasses()))
                    .map(type -> type.getName().replace('.', '/') + ".class")
                    .toList()) {
                out.putNextEntry(new JarEntry(name));
                try (InputStream in = agent.getClassLoader().getResourceAsStream(name)) {
                    in.transferTo(out);
                }
            }
        }
        return jar;
    }
}
