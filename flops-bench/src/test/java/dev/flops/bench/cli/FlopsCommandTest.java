package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class FlopsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            FlopsCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void versionIsTheOneOfTheBuild() {
        assertThat(command.execute("--version")).isZero();
        assertThat(out.toString()).matches("flops \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void noSubcommandIsWrongUsage() {
        assertThat(command.execute()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("Usage: flops");
    }

    @Test
    void unknownOptionIsWrongUsageAndNamed() {
        assertThat(command.execute("--no-such-option")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--no-such-option").contains("flops --help");
    }

    @Test
    void failureOfARunIsOne() {
        command.addSubcommand("fail", CommandLine.Model.CommandSpec.wrapWithoutInspection((Runnable) () -> {
            throw new IllegalStateException("disk full");
        }));
        command.setErr(new PrintWriter(err));
        assertThat(command.execute("fail")).isEqualTo(1);
        assertThat(err.toString()).contains("disk full");
    }
}
