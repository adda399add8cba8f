package dev.flops.bench.prompt;

import dev.flops.bench.task.AllocatorChoice;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A method of a comparison, as the command line names it: {@code spsa-gc}, {@code cma-es}, {@code random-search}, or forward learning
 * by the name of its allocator and, after a slash, a scheme that is not the usual one. A number after a colon is its step size: the
 * learning rate, the gain, or the scale.
 *
 * @param name the text
 * @param tuner the method
 */
public record PromptArm(String name, PromptTuner tuner) {
    private static final double SPSA_GAIN = 0.3;
    private static final double SPSA_OFFSET = 10;
    private static final double SPSA_MOMENTUM = 0.9;
    private static final double CMA_SCALE = 0.1;
    private static final int CMA_BATCH = 16;
    private static final double SEARCH_SCALE = 0.05;
    private static final int SEARCH_EXAMPLES = 40;

    /**
     * Reads a method.
     *
     * @param text such as {@code equal}, {@code neyman/clean}, {@code importance:0.05} or {@code cma-es}
     * @param forward settings of forward learning, for what the text does not say; σ and batch are those of SPSA, too
     * @return the method
     * @throws IllegalArgumentException if there is none of that name, or its step size is no number
     */
    public static PromptArm parse(String text, ForwardTuner forward) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        Double step = colon < 0 ? null : step(text, text.substring(colon + 1));
        return new PromptArm(
                text,
                switch (name) {
                    case "spsa-gc" ->
                        new SpsaGradientCorrection(
                                or(step, SPSA_GAIN), forward.sigma(), SPSA_OFFSET, SPSA_MOMENTUM, forward.batch());
                    case "cma-es" -> new CmaEs(or(step, CMA_SCALE), CMA_BATCH);
                    case "random-search" -> new RandomSearch(or(step, SEARCH_SCALE), SEARCH_EXAMPLES);
                    default -> forward(text, name, or(step, forward.learningRate()), forward);
                });
    }

    private static double step(String text, String number) {
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("arm = " + text + ", expected a number after the colon", e);
        }
    }

    private static double or(@Nullable Double given, double usual) {
        return given == null ? usual : given;
    }

    private static PromptTuner forward(String text, String name, double rate, ForwardTuner usual) {
        int slash = name.indexOf('/');
        AllocatorChoice allocator =
                named(text, slash < 0 ? name : name.substring(0, slash), List.of(AllocatorChoice.values()));
        ForwardTuner.Scheme scheme = slash < 0
                ? usual.scheme()
                : named(text, name.substring(slash + 1), List.of(ForwardTuner.Scheme.values()));
        return new ForwardTuner(scheme, allocator, usual.sigma(), rate, usual.batch(), usual.queriesPerStep());
    }

    private static <E> E named(String text, String name, List<E> values) {
        return values.stream()
                .filter(value -> value.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("arm = " + text + " names " + name
                        + ", expected spsa-gc, cma-es, random-search, or one of "
                        + values.stream().map(Object::toString).collect(Collectors.joining(", "))));
    }
}
