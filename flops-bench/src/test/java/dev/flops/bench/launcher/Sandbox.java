package dev.flops.bench.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A copy of the launchers in a folder with a space in its name, where JDKs and Maven are small scripts that say how they were
 * called, and where nothing installed on the machine is seen.
 */
final class Sandbox {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    /** The copy of the project. */
    final Path project;

    /** The working directory of a run. */
    final Path caller;

    private final Path home;
    private final Path tools;
    private final Path systemRoot;
    private final Map<String, String> environment = new HashMap<>();

    Sandbox(Path folder) throws IOException {
        project = Files.createDirectories(folder.resolve("flops project"));
        caller = Files.createDirectories(folder.resolve("of the caller"));
        home = Files.createDirectories(folder.resolve("home of the user"));
        tools = Files.createDirectories(folder.resolve("tools"));
        systemRoot = Files.createDirectories(folder.resolve("system root"));
        for (String script : List.of("build", "flops", "scripts/find-jdk.sh", "scripts/maven.sh")) {
            Path copy = project.resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(PROJECT.resolve(script), copy);
        }
        write(project.resolve("pom.xml"), "<project/>");
        write(project.resolve("flops-api/src/main/java/Source.java"), "class Source {}");
        environment.put("HOME", home.toString());
        environment.put("FLOPS_JDK_ROOT", systemRoot.toString());
        environment.put("PATH", tools + File.pathSeparator + System.getenv("PATH"));
        // Whatever javac the machine has is hidden by one that belongs to no JDK.
        script(tools.resolve("bin/javac"), "exit 1");
        environment.merge("PATH", tools.resolve("bin").toString(), (path, bin) -> bin + File.pathSeparator + path);
    }

    Sandbox with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    /** Puts a JDK into {@code home}; its {@code java} prints its arguments, one a line, and ends with $EXIT. */
    Path jdk(Path jdkHome, String version) throws IOException {
        script(jdkHome.resolve("bin/javac"), "exit 0");
        script(
                jdkHome.resolve("bin/java"),
                "printf 'java of %s\\n' '" + jdkHome.getFileName() + "'",
                "printf 'in %s\\n' \"$PWD\"",
                "for argument in \"$@\"; do printf '[%s]\\n' \"$argument\"; done",
                "exit ${EXIT:-0}");
        write(
                jdkHome.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nMODULES=\"java.base\"\n");
        return jdkHome;
    }

    Path systemJdk(String name, String version) throws IOException {
        return jdk(systemRoot.resolve("usr/lib/jvm").resolve(name), version);
    }

    Path userJdk(String name, String version) throws IOException {
        return jdk(home.resolve(".jdks").resolve(name), version);
    }

    /** Puts {@code javac} on PATH as packages do: a link to a link into the JDK. */
    void linkJavac(Path jdkHome) throws IOException {
        Path alternative =
                Files.createDirectories(tools.resolve("alternatives")).resolve("javac");
        Files.createSymbolicLink(alternative, jdkHome.resolve("bin/javac"));
        Path link = tools.resolve("bin/javac");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("../alternatives/javac"));
    }

    /** Puts a Maven on PATH that logs its call, makes the program's jar, writes $LEDGER and ends with $MAVEN_EXIT. */
    Sandbox maven() throws IOException {
        script(
                tools.resolve("mvn"),
                "{ printf 'mvn'; printf ' %s' \"$@\"; printf '\\n'; } >>'" + mavenLog() + "'",
                "echo \"MAVEN_OPTS=$MAVEN_OPTS\"",
                "echo \"JAVA_HOME=$JAVA_HOME\"",
                "mkdir -p flops-bench/target && : >flops-bench/target/flops-bench.jar",
                "[ -z \"${LEDGER:-}\" ] || { mkdir -p flops-verify/target; echo \"$LEDGER\" >flops-verify/target/false-alarms.txt; }",
                "exit ${MAVEN_EXIT:-0}");
        return this;
    }

    List<String> mavenCalls() throws IOException {
        return Files.exists(mavenLog()) ? Files.readAllLines(mavenLog()) : List.of();
    }

    /** Makes a source newer than everything that was built so far. */
    void edit(String source) throws IOException {
        Path stamp = project.resolve("flops-bench/target/launcher.stamp");
        Files.setLastModifiedTime(stamp, FileTime.fromMillis(0));
        for (Path old : List.of(project.resolve("pom.xml"), project.resolve("flops-api/src/main/java/Source.java"))) {
            Files.setLastModifiedTime(old, FileTime.fromMillis(0));
        }
        write(project.resolve(source), "edited");
    }

    Result run(String script, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "out", ".txt");
        Path err = Files.createTempFile(home, "err", ".txt");
        List<String> command = Stream.concat(Stream.of(project.resolve(script).toString()), Arrays.stream(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(caller.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("FLOPS_")
                        || List.of("JAVA_HOME", "MAVEN_OPTS", "SDKMAN_DIR").contains(name));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " did not end within 60 s");
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** What a run left behind. */
    record Result(int exit, String out, String err) {}

    private Path mavenLog() {
        return home.resolve("maven.log");
    }

    private static void script(Path file, String... lines) throws IOException {
        write(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " = not executable, expected to become so");
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, UTF_8);
    }
}
