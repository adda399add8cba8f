package dev.flops.bench.compare;

import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.BudgetChoice;
import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.SchemeChoice;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One rival of a comparison.
 *
 * @param allocator how queries are shared among examples
 * @param samplesPerExample samples per example on average, at least 1; in the first step, where a rule chooses
 * @param budget who chooses the samples of each step
 * @param estimator how gradients are estimated
 * @param scheme how a sample is formed
 */
public record Arm(
        AllocatorChoice allocator,
        int samplesPerExample,
        BudgetChoice budget,
        EstimatorChoice estimator,
        SchemeChoice scheme) {
    private static final String FORM =
            "expected ALLOCATOR:SAMPLES[/ESTIMATOR][/SCHEME], such as gaussian:2, equal:auto or equal:4/lr-all-sites/antithetic";

    /** Samples per example of the first step of a rule, those of a task. */
    private static final int FIRST_SAMPLES = 2;

    /** Checks the range. */
    public Arm {
        if (samplesPerExample < 1) {
            throw new IllegalArgumentException("samplesPerExample = " + samplesPerExample + ", expected >= 1");
        }
    }

    /**
     * An arm with the layer-wise likelihood-ratio estimator and its usual scheme.
     *
     * @param allocator how queries are shared among examples
     * @param samplesPerExample samples per example on average, at least 1
     */
    public Arm(AllocatorChoice allocator, int samplesPerExample) {
        this(
                allocator,
                samplesPerExample,
                BudgetChoice.FIXED,
                EstimatorChoice.LR_LAYERWISE,
                EstimatorChoice.LR_LAYERWISE.schemes().getFirst());
    }

    /**
     * Reads an arm.
     *
     * @param text allocator, samples per example or a rule that chooses them, and, where they are not the usual ones, estimator and scheme, as in
     *     {@code gaussian:2} or {@code equal:4/lr-all-sites/antithetic}
     * @return the arm
     */
    public static Arm parse(String text) {
        List<String> parts = Arrays.asList(text.toLowerCase(Locale.ROOT).split("/", -1));
        String[] head = parts.getFirst().split(":", -1);
        if (head.length != 2 || parts.size() > 3) {
            throw new IllegalArgumentException("arm = " + text + ", " + FORM);
        }
        AllocatorChoice allocator = choice(text, head[0], AllocatorChoice.values());
        BudgetChoice budget = BudgetChoice.rule(head[1]).orElse(BudgetChoice.FIXED);
        int samples = budget == BudgetChoice.FIXED ? samples(text, head[1]) : FIRST_SAMPLES;
        EstimatorChoice estimator = EstimatorChoice.LR_LAYERWISE;
        List<String> rest = parts.subList(1, parts.size());
        if (!rest.isEmpty() && !names(SchemeChoice.values(), rest.getFirst())) {
            estimator = choice(text, rest.getFirst(), EstimatorChoice.values());
            rest = rest.subList(1, rest.size());
        }
        SchemeChoice scheme =
                rest.isEmpty() ? estimator.schemes().getFirst() : choice(text, rest.getFirst(), SchemeChoice.values());
        return new Arm(allocator, samples, budget, estimator, scheme);
    }

    private static <T> boolean names(T[] choices, String name) {
        return Arrays.stream(choices).anyMatch(choice -> choice.toString().equals(name));
    }

    private static <T> T choice(String text, String name, T[] choices) {
        return Arrays.stream(choices)
                .filter(choice -> choice.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("arm = " + text + ", " + FORM + "; " + name
                        + " is none of "
                        + Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", "))));
    }

    private static int samples(String text, String number) {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "arm = " + text + ", expected a whole number, auto or auto-flops after the colon", e);
        }
    }

    @Override
    public String toString() {
        String head = allocator + ":" + (budget == BudgetChoice.FIXED ? samplesPerExample : budget);
        String estimated = estimator == EstimatorChoice.LR_LAYERWISE ? head : head + "/" + estimator;
        return scheme == estimator.schemes().getFirst() ? estimated : estimated + "/" + scheme;
    }
}
