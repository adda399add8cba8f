package dev.flops.bench.compare;

import dev.flops.bench.task.AllocatorChoice;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One rival of a comparison.
 *
 * @param allocator how queries are shared among examples
 * @param samplesPerExample samples per example on average, at least 1
 */
public record Arm(AllocatorChoice allocator, int samplesPerExample) {
    /** Checks the range. */
    public Arm {
        if (samplesPerExample < 1) {
            throw new IllegalArgumentException("samplesPerExample = " + samplesPerExample + ", expected >= 1");
        }
    }

    /**
     * Reads an arm.
     *
     * @param text allocator and samples per example, as in {@code gaussian:2}
     * @return the arm
     */
    public static Arm parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == 2) {
            for (AllocatorChoice allocator : AllocatorChoice.values()) {
                if (allocator.toString().equals(parts[0].toLowerCase(Locale.ROOT))) {
                    return new Arm(allocator, samples(text, parts[1]));
                }
            }
        }
        throw new IllegalArgumentException(
                "arm = " + text + ", expected ALLOCATOR:SAMPLES, such as gaussian:2, with one of "
                        + Arrays.stream(AllocatorChoice.values())
                                .map(AllocatorChoice::toString)
                                .collect(Collectors.joining(", ")));
    }

    private static int samples(String text, String number) {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("arm = " + text + ", expected a whole number after the colon", e);
        }
    }

    @Override
    public String toString() {
        return allocator + ":" + samplesPerExample;
    }
}
