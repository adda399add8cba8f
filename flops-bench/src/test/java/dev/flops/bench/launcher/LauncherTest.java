package dev.flops.bench.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.bench.launcher.Sandbox.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The launchers are POSIX shell scripts.")
final class LauncherTest {
    @TempDir
    private Path folder;

    private Sandbox sandbox;

    @BeforeEach
    void createSandbox() throws IOException {
        sandbox = new Sandbox(folder).maven();
    }

    @Test
    void withoutAnyJdkSaysHowToGetOne() throws Exception {
        for (String script : new String[] {"build", "flops"}) {
            Result result = sandbox.run(script, "verify");
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .contains("JDK 25 or newer")
                    .contains("apt install")
                    .contains("FLOPS_JAVA_HOME");
        }
        assertThat(sandbox.mavenCalls()).isEmpty();
    }

    @Test
    void withOldJdksOnlyListsEachOnce() throws Exception {
        Path old = sandbox.systemJdk("jdk-17", "17.0.15");
        Path ancient = sandbox.systemJdk("jdk-8", "1.8.0_452");
        Path notOne = Files.createDirectories(old.resolveSibling("not-a-jdk"));
        Result result = sandbox.with("JAVA_HOME", old).run("build", "verify");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .containsOnlyOnce(old + " (17)")
                .contains(ancient + " (8)")
                .contains(notOne + " (no JDK)");
        assertThat(sandbox.mavenCalls()).isEmpty();
    }

    @Test
    void ownVariableComesFirstAndMustFit() throws Exception {
        sandbox.with("JAVA_HOME", sandbox.systemJdk("jdk-25", "25"));
        Path own = sandbox.jdk(folder.resolve("my jdk"), "26-ea");
        assertThat(sandbox.with("FLOPS_JAVA_HOME", own).run("build").out()).contains("JAVA_HOME=" + own);

        Path old = sandbox.systemJdk("jdk-21", "21.0.7");
        Result result = sandbox.with("FLOPS_JAVA_HOME", old).run("build");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("FLOPS_JAVA_HOME = " + old);
    }

    @Test
    void fitJavaHomeIsTaken() throws Exception {
        sandbox.systemJdk("jdk-25", "25.0.1");
        Path home = sandbox.jdk(folder.resolve("my jdk"), "25.0.1");
        assertThat(sandbox.with("JAVA_HOME", home).run("build").out()).contains("JAVA_HOME=" + home);
    }

    @Test
    void oldJavaHomeIsPassedOver() throws Exception {
        Path fit = sandbox.systemJdk("jdk-25", "25");
        sandbox.with("JAVA_HOME", sandbox.systemJdk("jdk-17", "17.0.15"));
        assertThat(sandbox.run("build").out()).contains("JAVA_HOME=" + fit);
    }

    @Test
    void javacOnPathIsFollowedThroughLinks() throws Exception {
        Path jdk = sandbox.jdk(folder.resolve("my jdk"), "25.0.1").toRealPath();
        sandbox.linkJavac(jdk);
        assertThat(sandbox.run("build").out()).contains("JAVA_HOME=" + jdk);
    }

    @Test
    void userJdkIsFound() throws Exception {
        Path jdk = sandbox.userJdk("temurin 25", "25.0.1");
        assertThat(sandbox.run("build").out()).contains("JAVA_HOME=" + jdk);
    }

    @Test
    void buildPassesArgumentsOptionsAndExitCode() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        Result result = sandbox.with("MAVEN_OPTS", "-Dmaven.repo.local=/some/where")
                .with("MAVEN_EXIT", 7)
                .run("build", "-q", "-Dname=a b", "verify");
        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.out()).containsPattern("MAVEN_OPTS=.* -Dmaven\\.repo\\.local=/some/where\\R");
        assertThat(sandbox.mavenCalls()).containsExactly("mvn -ntp -q -Dname=a b verify");
    }

    @Test
    void buildEndsWithTheSumOfTheFalseAlarmLedger() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        assertThat(sandbox.with("LEDGER", "0.00175 sum").run("build", "verify").out())
                .endsWith("\nprobability of false alarm of the statistical tests: 0.00175 sum\n");
        assertThat(sandbox.with("LEDGER", "").run("build", "compile").out()).doesNotContain("false alarm");
    }

    @Test
    void programIsBuiltOnceAndRunsWhereItIsCalled() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        Result first = sandbox.run("flops", "train", "--out", "a folder");
        assertThat(first.err()).isEqualTo("building FLOPS (first run)...\n");
        assertThat(first.out())
                .startsWith("java of jdk-25\nin " + sandbox.caller.toRealPath() + "\n")
                .contains("[--add-modules=jdk.incubator.vector]")
                .contains("[" + sandbox.project.resolve("flops-bench/target/flops-bench.jar") + "]")
                .endsWith("[dev.flops.bench.cli.FlopsCommand]\n[train]\n[--out]\n[a folder]\n");
        assertThat(first.exit()).isZero();
        assertThat(sandbox.mavenCalls()).hasSize(1);

        Result second = sandbox.with("EXIT", 130).run("flops", "train", "--out", "a folder");
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(second.err()).isEmpty();
        assertThat(second.exit()).isEqualTo(130);
        assertThat(sandbox.mavenCalls()).hasSize(1);
    }

    @Test
    void programIsBuiltAgainAfterAnEdit() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        sandbox.run("flops");
        sandbox.edit("flops-api/src/main/java/Source.java");
        assertThat(sandbox.run("flops").err()).isEqualTo("building FLOPS (sources changed)...\n");
        sandbox.edit("pom.xml");
        assertThat(sandbox.run("flops").err()).isEqualTo("building FLOPS (sources changed)...\n");
        assertThat(sandbox.mavenCalls()).hasSize(3);
    }

    @Test
    void failedBuildShowsMavensWordsAndIsTriedAgain() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        for (int attempt = 1; attempt <= 2; attempt++) {
            Result result = sandbox.with("MAVEN_EXIT", 1).run("flops", "train");
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("MAVEN_OPTS=").contains("building FLOPS failed");
            assertThat(sandbox.mavenCalls()).hasSize(attempt);
        }
    }

    @Test
    void programStartsThroughALink() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        Files.createSymbolicLink(sandbox.project.resolve("link"), Path.of("flops"));
        Path elsewhere = Files.createDirectories(folder.resolve("bin")).resolve("flops");
        Files.createSymbolicLink(elsewhere, sandbox.project.resolve("link"));
        assertThat(sandbox.run(elsewhere.toString(), "doctor").out()).endsWith("[doctor]\n");
    }

    @Test
    void moreFlagsForTheJvmAreSplitIntoWords() throws Exception {
        sandbox.systemJdk("jdk-25", "25");
        assertThat(sandbox.with("FLOPS_JAVA_OPTS", "-Xmx8g -Xlog:gc")
                        .run("flops")
                        .out())
                .contains("\n[-Xmx8g]\n[-Xlog:gc]\n");
    }
}
