package dev.flops.bench.compare;

import java.util.Locale;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A mean with Student's confidence interval.
 *
 * @param mean the mean
 * @param low lower end
 * @param high upper end
 */
public record Interval(double mean, double low, double high) {
    /**
     * The interval of the mean of independent values.
     *
     * @param values at least 2 finite numbers, not modified
     * @param confidence in (0, 1)
     * @return mean ± t s/√n
     */
    public static Interval of(double[] values, double confidence) {
        if (values.length < 2) {
            throw new IllegalArgumentException("values has " + values.length + " entries, expected >= 2");
        }
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double error = StrictMath.sqrt(squares / (values.length - 1) / values.length);
        double t = new TDistribution(null, values.length - 1).inverseCumulativeProbability((1 + confidence) / 2);
        return new Interval(mean, mean - t * error, mean + t * error);
    }

    /**
     * A share, or a difference of shares, in percent.
     *
     * @return such as {@code 93.10 [92.60, 93.60]}
     */
    public String percent() {
        return new Interval(100 * mean, 100 * low, 100 * high).text(2);
    }

    /**
     * A number in its own unit.
     *
     * @param decimals digits after the point
     * @return such as {@code 0.2310 [0.2200, 0.2420]}
     */
    public String text(int decimals) {
        return shown(mean, decimals) + " [" + shown(low, decimals) + ", " + shown(high, decimals) + "]";
    }

    /** Rounded; what rounds to nothing has no sign. */
    private static String shown(double value, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.matches("-0\\.?0*") ? text.substring(1) : text;
    }
}
