package dev.flops.verify.stat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction (Holm 1979): among m hypotheses, sorted by p-value, the j-th is rejected when it and all
 * before it have p ≤ α / (m − j + 1). The probability of any false rejection is at most α, whatever the dependence.
 */
public final class HolmCorrection {
    private HolmCorrection() {}

    /**
     * Gives each hypothesis of a family its verdict.
     *
     * @param results the uncorrected results; those that are INVALID stay so
     * @param alpha probability of any false rejection in the family, in (0, 1)
     * @return the results in the same order, each with the level that it was held against
     */
    public static List<TestResult> apply(List<TestResult> results, double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha = " + alpha + ", expected a probability in (0, 1)");
        }
        int m = results.size();
        List<Integer> order = IntStream.range(0, m)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> results.get(i).pValue()))
                .toList();
        List<TestResult> corrected = new ArrayList<>(results);
        boolean rejecting = true;
        for (int j = 0; j < m; j++) {
            TestResult result = results.get(order.get(j));
            double level = alpha / (m - j);
            rejecting = rejecting && result.pValue() <= level;
            Verdict verdict = rejecting ? Verdict.REJECTED : Verdict.ACCEPTED;
            if (result.verdict() == Verdict.INVALID) {
                verdict = Verdict.INVALID;
            }
            corrected.set(order.get(j), result.withVerdict(level, verdict));
        }
        return corrected;
    }
}
