package dev.flops.bench.align;

import dev.flops.bench.rival.ArmText;
import dev.flops.bench.rival.CmaEs;
import dev.flops.bench.rival.RandomSearch;
import dev.flops.bench.rival.Rival;
import dev.flops.bench.rival.RivalSettings;
import dev.flops.bench.rival.SpsaGradientCorrection;
import dev.flops.bench.task.AllocatorChoice;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A method of a comparison, as the command line names it: forward learning by the name of its allocator, or {@code spsa-gc},
 * {@code cma-es}, {@code random-search}, after whose slash may stand which parameters it moves ({@link AlignRival.Part}): the block if
 * nothing does. A number after an @ is the number of examples that are asked together, one after a colon the step size: the
 * learning rate, the gain, or the scale.
 *
 * @param name the text
 * @param method the method, with any seed
 */
public record AlignArm(String name, AlignMethod method) {
    private static final double SPSA_GAIN = 0.001;
    private static final double SPSA_PERTURBATION = 0.01;
    private static final double SPSA_OFFSET = 10;
    private static final double SPSA_MOMENTUM = 0.9;
    private static final int SPSA_BATCH = 32;
    private static final double CMA_SCALE = 0.03;
    private static final int CMA_BATCH = 64;
    private static final double SEARCH_SCALE = 0.1;
    private static final int SEARCH_EXAMPLES = 256;

    /**
     * Reads a method.
     *
     * @param text such as {@code equal}, {@code neyman@128:0.005}, {@code cma-es} or {@code random-search/all:0.1}
     * @param usual forward learning, for what the text does not say; every method has its total of queries
     * @return the method
     * @throws IllegalArgumentException if there is none of that name, or a number is none or out of range
     */
    public static AlignArm parse(String text, AlignConfig usual) {
        ArmText arm = ArmText.parse(text);
        RivalSettings settings = new RivalSettings(
                new SpsaGradientCorrection(SPSA_GAIN, SPSA_PERTURBATION, SPSA_OFFSET, SPSA_MOMENTUM, SPSA_BATCH),
                new CmaEs(CMA_SCALE, CMA_BATCH),
                new RandomSearch(SEARCH_SCALE, SEARCH_EXAMPLES));
        Rival rival = settings.named(new ArmText(text, arm.name(), null, arm.batch(), arm.step()));
        return new AlignArm(text, rival == null ? forward(arm, usual) : asked(arm, rival, usual));
    }

    private static AlignRival asked(ArmText arm, Rival rival, AlignConfig usual) {
        AlignRival.Part part =
                arm.scheme() == null ? AlignRival.Part.BLOCK : named(arm, arm.scheme(), AlignRival.Part.values());
        long queries = Math.multiplyExact((long) usual.steps(), usual.budget());
        return new AlignRival(rival, part, usual.temperature(), queries, usual.seed(), usual.simd());
    }

    private static AlignConfig forward(ArmText arm, AlignConfig usual) {
        if (arm.scheme() != null) {
            throw new IllegalArgumentException(
                    "arm = " + arm.text() + ", expected no scheme: --scheme is that of all arms that form samples");
        }
        AllocatorChoice allocator = named(arm, arm.name(), AllocatorChoice.values());
        if (allocator == AllocatorChoice.POOLED_BIASED) {
            throw new IllegalArgumentException(
                    "allocator = " + allocator + ", expected an unbiased one: it is a control of comparisons");
        }
        return new AlignConfig(
                allocator,
                usual.scheme(),
                usual.sigma(),
                usual.temperature(),
                arm.stepOr(usual.learningRate()),
                arm.batchOr(usual.batch()),
                usual.budget(),
                usual.steps(),
                usual.seed(),
                usual.simd());
    }

    private static <E> E named(ArmText arm, @Nullable String name, E[] values) {
        return Arrays.stream(values)
                .filter(value -> value.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("arm = " + arm.text() + " names " + name + ", expected "
                        + String.join(", ", RivalSettings.NAMES) + ", or one of "
                        + Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "))));
    }
}
