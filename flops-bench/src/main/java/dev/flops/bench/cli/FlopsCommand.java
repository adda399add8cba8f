package dev.flops.bench.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The program {@code ./flops}. Without a subcommand it prints its usage to standard error.
 *
 * <p>Exit codes: {@value #DONE} done, {@value #FAILED} the run failed, {@value #WRONG_USAGE} wrong usage.
 */
@Command(
        name = "flops",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Forward Learning with OPtimal Sampling: trains networks by forward passes only.")
public final class FlopsCommand implements Callable<Integer> {
    /** Exit code of a run that did what was asked. */
    public static final int DONE = 0;

    /** Exit code of a run that failed; standard error says why. */
    public static final int FAILED = 1;

    /** Exit code of a command line that asks for nothing that exists. */
    public static final int WRONG_USAGE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Creates the command; {@link #commandLine()} gives it ready for use. */
    public FlopsCommand() {}

    /**
     * Gives a new parser and runner of this command.
     *
     * @return the command line, with the exit codes set
     */
    public static CommandLine commandLine() {
        return new CommandLine(new FlopsCommand())
                .setExitCodeExceptionMapper(failure -> FAILED)
                .setParameterExceptionHandler(FlopsCommand::reportWrongUsage);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return WRONG_USAGE;
    }

    private static int reportWrongUsage(CommandLine.ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("flops: " + failure.getMessage());
        command.usage(command.getErr());
        return WRONG_USAGE;
    }

    /**
     * Runs the program and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
