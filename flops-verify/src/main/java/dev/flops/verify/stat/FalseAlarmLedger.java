package dev.flops.verify.stat;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Adds up the probabilities of false alarm that the tests of a suite declare, and refuses a test that would take the
 * sum over its budget. By the union bound the sum bounds the probability that a run of a correct suite fails at all.
 *
 * <p>Safe for use by several threads.
 */
public final class FalseAlarmLedger {
    private final double budget;
    private final Map<String, Double> declared = new LinkedHashMap<>();
    private double total;

    /**
     * An empty ledger.
     *
     * @param budget largest sum of α, in (0, 1); 1/365 means less than one false alarm a year of nightly runs
     */
    public FalseAlarmLedger(double budget) {
        if (!(budget > 0 && budget < 1)) {
            throw new IllegalArgumentException("budget = " + budget + ", expected a probability in (0, 1)");
        }
        this.budget = budget;
    }

    /**
     * Enters a test, or a family of tests with a common α. A second entry of the same name adds to the first.
     *
     * @param test its name
     * @param alpha its probability of false alarm
     * @throws IllegalStateException if the sum would exceed the budget
     */
    public synchronized void declare(String test, double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException(
                    "alpha = " + alpha + " of " + test + ", expected a probability in (0, 1)");
        }
        if (total + alpha > budget) {
            throw new IllegalStateException("alpha = " + alpha + " of " + test + " takes the suite to "
                    + (total + alpha) + ", expected at most " + budget);
        }
        total += alpha;
        declared.merge(test, alpha, Double::sum);
    }

    /**
     * The sum so far.
     *
     * @return Σ α
     */
    public synchronized double total() {
        return total;
    }

    /**
     * All entries and their sum, one per line.
     *
     * @return text for a report
     */
    public synchronized String report() {
        StringBuilder text = new StringBuilder();
        declared.forEach((test, alpha) -> text.append(String.format(Locale.ROOT, "%-12.3g %s%n", alpha, test)));
        text.append(String.format(
                Locale.ROOT,
                "%-12.3g sum, of a budget of %.3g: one false alarm in %.0f runs or fewer%n",
                total,
                budget,
                total == 0 ? Double.POSITIVE_INFINITY : Math.floor(1 / total)));
        return text.toString();
    }
}
