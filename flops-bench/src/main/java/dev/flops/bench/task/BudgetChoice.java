package dev.flops.bench.task;

import dev.flops.alloc.allocate.AdaptiveBudget;
import java.util.Locale;
import java.util.Optional;

/** Who chooses what each step of a task spends. */
public enum BudgetChoice {
    /** The same number of queries in each step. */
    FIXED,
    /** The rule of {@link AdaptiveBudget}, gain per query. */
    AUTO,
    /** The same, gain per floating-point operation. */
    AUTO_FLOPS;

    /** What the rule counts costs in; empty where there is none. */
    Optional<AdaptiveBudget.Unit> unit() {
        return switch (this) {
            case FIXED -> Optional.empty();
            case AUTO -> Optional.of(AdaptiveBudget.Unit.QUERIES);
            case AUTO_FLOPS -> Optional.of(AdaptiveBudget.Unit.FLOPS);
        };
    }

    /**
     * Reads the name of a rule.
     *
     * @param text such as {@code auto}
     * @return the choice; empty if no rule is called so
     */
    public static Optional<BudgetChoice> rule(String text) {
        for (BudgetChoice choice : values()) {
            if (choice != FIXED && choice.toString().equals(text.toLowerCase(Locale.ROOT))) {
                return Optional.of(choice);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
