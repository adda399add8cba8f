package dev.flops.bench.rival;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rivals of a task have where a text does not say.
 *
 * @param spsa SPSA with gradient correction
 * @param cmaEs CMA-ES
 * @param randomSearch random search
 */
public record RivalSettings(SpsaGradientCorrection spsa, CmaEs cmaEs, RandomSearch randomSearch) {
    /** Their names. */
    public static final List<String> NAMES = List.of("spsa-gc", "cma-es", "random-search");

    /**
     * The rival that a text names.
     *
     * @param arm the text
     * @return the rival, null if the name is none of {@link #NAMES}
     * @throws IllegalArgumentException if the text gives it a scheme, or a setting is out of range
     */
    public @Nullable Rival named(ArmText arm) {
        if (NAMES.contains(arm.name()) && arm.scheme() != null) {
            throw new IllegalArgumentException(
                    "arm = " + arm.text() + ", expected no scheme: " + arm.name() + " forms no samples of examples");
        }
        return switch (arm.name()) {
            case "spsa-gc" ->
                new SpsaGradientCorrection(
                        arm.stepOr(spsa.gain()),
                        spsa.perturbation(),
                        spsa.offset(),
                        spsa.momentum(),
                        arm.batchOr(spsa.batch()));
            case "cma-es" -> new CmaEs(arm.stepOr(cmaEs.scale()), arm.batchOr(cmaEs.batch()));
            case "random-search" ->
                new RandomSearch(arm.stepOr(randomSearch.scale()), arm.batchOr(randomSearch.batch()));
            default -> null;
        };
    }
}
