package dev.flops.bench.cli;

import dev.flops.bench.prompt.ForwardTuner;
import dev.flops.bench.prompt.PromptChoice;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.ScaleChoice;
import dev.flops.bench.task.SchemeChoice;
import dev.flops.bench.task.SpaceChoice;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.UsageException;
import dev.flops.tensor.spec.SimdWidth;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The program {@code ./flops}. Without a subcommand it prints its usage to standard error.
 *
 * <p>Exit codes: {@value #DONE} done, {@value #FAILED} the run failed, {@value #WRONG_USAGE} wrong usage,
 * {@value #INTERRUPTED} stopped by the user.
 */
@Command(
        name = "flops",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Forward Learning with OPtimal Sampling: trains networks by forward passes only.",
        subcommands = {
            TrainCommand.class,
            PretrainCommand.class,
            FinetuneCommand.class,
            CompareCommand.class,
            PromptCommand.class,
            AlignCommand.class,
            DictionaryCommand.class,
            VarianceCommand.class,
            VerifyCommand.class,
            InspectCommand.class,
            DoctorCommand.class,
            MeasureCommand.class
        })
public final class FlopsCommand implements Callable<Integer> {
    /** Exit code of a run that did what was asked. */
    public static final int DONE = 0;

    /** Exit code of a run that failed; standard error says why. */
    public static final int FAILED = 1;

    /** Exit code of a command line that asks for nothing that exists. */
    public static final int WRONG_USAGE = 2;

    /** Exit code of a run that the user stopped (128 + SIGINT); what it had is written. */
    public static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--stacktrace", hidden = true, scope = ScopeType.INHERIT, description = "Show where it failed.")
    private boolean stacktrace;

    /** Creates the command; {@link #commandLine()} gives it ready for use. */
    public FlopsCommand() {}

    /**
     * Gives a new parser and runner of this command.
     *
     * @return the command line, with the exit codes set
     */
    public static CommandLine commandLine() {
        FlopsCommand root = new FlopsCommand();
        return configured(new CommandLine(root))
                .setExecutionExceptionHandler((failure, command, parsed) -> root.reportFailure(failure, command))
                .setParameterExceptionHandler(FlopsCommand::reportWrongUsage);
    }

    /** Lets a command line read the choices of this program by their names. */
    static CommandLine configured(CommandLine commandLine) {
        return commandLine
                .registerConverter(AllocatorChoice.class, Choices.of(AllocatorChoice.class))
                .registerConverter(DataChoice.class, Choices.of(DataChoice.class))
                .registerConverter(EstimatorChoice.class, Choices.of(EstimatorChoice.class))
                .registerConverter(ModelChoice.class, Choices.of(ModelChoice.class))
                .registerConverter(PromptChoice.class, Choices.of(PromptChoice.class))
                .registerConverter(ForwardTuner.Scheme.class, Choices.of(ForwardTuner.Scheme.class))
                .registerConverter(SchemeChoice.class, Choices.of(SchemeChoice.class))
                .registerConverter(ScaleChoice.class, Choices.of(ScaleChoice.class))
                .registerConverter(SpaceChoice.class, Choices.of(SpaceChoice.class))
                .registerConverter(SimdWidth.class, Choices.of(SimdWidth.class))
                .registerConverter(TaskChoice.class, Choices.of(TaskChoice.class))
                .registerConverter(TrainedPart.class, Choices.of(TrainedPart.class))
                .registerConverter(BudgetArgument.class, BudgetArgument::parse);
    }

    /** What was typed to run a command, for reports: the name of the command is the first of its arguments. */
    static String typed(CommandSpec spec) {
        return "./flops " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return WRONG_USAGE;
    }

    private int reportFailure(Exception failure, CommandLine command) {
        command.getErr().println("flops: " + Failures.describe(failure));
        if (stacktrace) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return failure instanceof UsageException ? WRONG_USAGE : FAILED;
    }

    private static int reportWrongUsage(CommandLine.ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("flops: " + failure.getMessage());
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help for what there is.");
        command.getErr().flush();
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
