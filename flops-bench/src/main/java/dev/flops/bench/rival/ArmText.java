package dev.flops.bench.rival;

import org.jspecify.annotations.Nullable;

/**
 * A method of a comparison as the command line writes it: {@code NAME[/SCHEME][@BATCH][:STEP]}, such as {@code neyman/clean@16:0.05}.
 *
 * @param text the whole
 * @param name of the method
 * @param scheme what forms a sample, null if the text does not say
 * @param batch examples that are asked together, null if the text does not say
 * @param step step size: a learning rate, a gain or a scale; null if the text does not say
 */
public record ArmText(
        String text,
        String name,
        @Nullable String scheme,
        @Nullable Integer batch,
        @Nullable Double step) {
    /**
     * Takes a text apart.
     *
     * @param text the text
     * @return its parts
     * @throws IllegalArgumentException if a number is none
     */
    public static ArmText parse(String text) {
        int colon = text.indexOf(':');
        String head = colon < 0 ? text : text.substring(0, colon);
        int at = head.indexOf('@');
        String method = at < 0 ? head : head.substring(0, at);
        int slash = method.indexOf('/');
        return new ArmText(
                text,
                slash < 0 ? method : method.substring(0, slash),
                slash < 0 ? null : method.substring(slash + 1),
                at < 0 ? null : batch(text, head.substring(at + 1)),
                colon < 0 ? null : step(text, text.substring(colon + 1)));
    }

    private static Integer batch(String text, String number) {
        try {
            return Integer.valueOf(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("arm = " + text + ", expected a whole number after the @", e);
        }
    }

    private static Double step(String text, String number) {
        try {
            return Double.valueOf(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("arm = " + text + ", expected a number after the colon", e);
        }
    }

    /**
     * The batch that was written, or another.
     *
     * @param usual the other
     * @return the batch
     */
    public int batchOr(int usual) {
        return batch == null ? usual : batch;
    }

    /**
     * The step size that was written, or another.
     *
     * @param usual the other
     * @return the step size
     */
    public double stepOr(double usual) {
        return step == null ? usual : step;
    }
}
