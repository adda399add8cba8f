package dev.flops.bench.cli;

import dev.flops.bench.task.BudgetChoice;
import dev.flops.bench.task.BudgetConfig;
import java.util.OptionalLong;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of {@code --budget}: a number of queries, or the rule that chooses it.
 *
 * @param queries queries per step, empty where a rule chooses
 * @param choice who chooses
 */
record BudgetArgument(OptionalLong queries, BudgetChoice choice) {
    /** Reads the text of the option. */
    static BudgetArgument parse(String text) {
        return BudgetChoice.rule(text)
                .map(rule -> new BudgetArgument(OptionalLong.empty(), rule))
                .orElseGet(() -> new BudgetArgument(OptionalLong.of(number(text)), BudgetChoice.FIXED));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new TypeConversionException(
                    "budget = " + text + ", expected a number of queries, auto or auto-flops");
        }
    }

    /** A budget with the other settings of a preset. */
    BudgetConfig over(BudgetConfig preset) {
        return new BudgetConfig(queries, preset.samplesPerExample(), preset.minimumSamples(), choice);
    }
}
