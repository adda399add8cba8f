package dev.flops.bench.prompt;

import dev.flops.bench.rival.ArmText;
import dev.flops.bench.rival.CmaEs;
import dev.flops.bench.rival.RandomSearch;
import dev.flops.bench.rival.Rival;
import dev.flops.bench.rival.RivalSettings;
import dev.flops.bench.rival.SpsaGradientCorrection;
import dev.flops.bench.task.AllocatorChoice;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A method of a comparison, as the command line names it: {@code spsa-gc}, {@code cma-es}, {@code random-search}, or forward learning
 * by the name of its allocator and, after a slash, a scheme that is not the usual one. A number after an @ is the number of examples
 * that are asked together, one after a colon the step size: the learning rate, the gain, or the scale.
 *
 * @param name the text
 * @param tuner the method
 */
public record PromptArm(String name, PromptTuner tuner) {
    private static final double SPSA_GAIN = 0.3;
    private static final double SPSA_OFFSET = 10;
    private static final double SPSA_MOMENTUM = 0.9;
    private static final CmaEs CMA_ES = new CmaEs(0.1, 16);
    private static final RandomSearch RANDOM_SEARCH = new RandomSearch(0.05, 40);

    /**
     * Reads a method.
     *
     * @param text such as {@code equal}, {@code neyman/clean@16}, {@code importance:0.05} or {@code cma-es}
     * @param forward settings of forward learning, for what the text does not say; σ and batch are those of SPSA, too
     * @return the method
     * @throws IllegalArgumentException if there is none of that name, or a number is none or out of range
     */
    public static PromptArm parse(String text, ForwardTuner forward) {
        ArmText arm = ArmText.parse(text);
        RivalSettings settings = new RivalSettings(
                new SpsaGradientCorrection(SPSA_GAIN, forward.sigma(), SPSA_OFFSET, SPSA_MOMENTUM, forward.batch()),
                CMA_ES,
                RANDOM_SEARCH);
        Rival rival = settings.named(arm);
        return new PromptArm(text, rival == null ? forward(arm, forward) : new RivalTuner(rival));
    }

    private static PromptTuner forward(ArmText arm, ForwardTuner usual) {
        AllocatorChoice allocator = named(arm, arm.name(), List.of(AllocatorChoice.values()));
        ForwardTuner.Scheme scheme =
                arm.scheme() == null ? usual.scheme() : named(arm, arm.scheme(), List.of(ForwardTuner.Scheme.values()));
        return new ForwardTuner(
                scheme,
                allocator,
                usual.sigma(),
                arm.stepOr(usual.learningRate()),
                arm.batchOr(usual.batch()),
                usual.queriesPerStep());
    }

    private static <E> E named(ArmText arm, String name, List<E> values) {
        return values.stream()
                .filter(value -> value.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("arm = " + arm.text() + " names " + name + ", expected "
                        + String.join(", ", RivalSettings.NAMES) + ", or one of "
                        + values.stream().map(Object::toString).collect(Collectors.joining(", "))));
    }
}
