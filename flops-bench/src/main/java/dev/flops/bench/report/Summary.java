package dev.flops.bench.report;

import dev.flops.alloc.estimate.SiteNoise;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskDescription;
import dev.flops.bench.task.TaskResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code summary.json}: what a training came to. Times in seconds, sizes in bytes. Fields are never renamed or removed.
 *
 * @param task model and data set
 * @param model name of the network
 * @param data name of the data set
 * @param estimator name of the estimator
 * @param allocator name of the allocator
 * @param seed seed of everything random
 * @param steps steps done
 * @param budget queries per step N, clean forwards counted; where a rule chooses what each step spends, what a step would have spent
 *     without it
 * @param threads threads that computed
 * @param simd width of the vectors used, 512, 256 or 128, or the string "scalar"
 * @param interrupted whether the run was stopped before the last step that was asked for
 * @param testAccuracy share of test examples classified rightly
 * @param testLoss mean cross-entropy on the test set, in nats; null if it is not finite
 * @param testExamples number of test examples
 * @param queries queries of all kinds; the forwards of evaluations are not counted
 * @param cleanQueries those without perturbation
 * @param flops floating-point operations of the training, by formula
 * @param seconds wall time of training and evaluation
 * @param secondsByPhase wall time by part of the steps
 * @param peakBytes most bytes of buffers that were live at once, by the ledger
 * @param heapPeakBytes peak of the JVM's heap, garbage included
 * @param parameters number of parameters
 * @param trainableParameters number of those that were trained
 * @param sites perturbation sites used
 * @param frozenWithoutSite parameters frozen because no site covers them
 * @param siteSigmas perturbation scale of each site at the end, by name; empty for an estimator that perturbs no sites
 * @param siteSpaces what each site perturbs at the end, by name; empty for an estimator that perturbs no sites
 * @param parametersSha256 SHA-256 over all trained parameters, little-endian float32, in the order of their names
 * @param allocation what allocation was worth
 * @param configuration everything needed to run it again
 * @param provenance where and with what it ran
 */
public record Summary(
        String task,
        String model,
        String data,
        String estimator,
        String allocator,
        long seed,
        int steps,
        long budget,
        int threads,
        Object simd,
        boolean interrupted,
        double testAccuracy,
        @Nullable Double testLoss,
        int testExamples,
        long queries,
        long cleanQueries,
        long flops,
        double seconds,
        Map<String, Double> secondsByPhase,
        long peakBytes,
        long heapPeakBytes,
        int parameters,
        int trainableParameters,
        List<String> sites,
        List<String> frozenWithoutSite,
        Map<String, Double> siteSigmas,
        Map<String, String> siteSpaces,
        String parametersSha256,
        AllocationWorth allocation,
        Map<String, @Nullable Object> configuration,
        Provenance provenance) {

    /**
     * What allocation was worth, averaged over the steps.
     *
     * @param cv coefficient of variation of ŝ_i, the roots of the measured sample variances
     * @param varianceRatioToEqual variance of the allocation used over that of equal allocation with the same samples
     * @param optimalRatioToEqual the least ratio that whole numbers of samples could have reached
     */
    public record AllocationWorth(
            @Nullable Double cv,
            @Nullable Double varianceRatioToEqual,
            @Nullable Double optimalRatioToEqual) {}

    /**
     * The summary of a result.
     *
     * @param result the result
     * @param provenance where it ran
     * @return the summary
     */
    public static Summary of(TaskResult result, Provenance provenance) {
        TaskConfig config = result.config();
        TaskDescription description = result.description();
        Map<String, Double> phases = new TreeMap<>();
        result.costs()
                .secondsByPhase()
                .forEach((phase, value) -> phases.put(phase.name().toLowerCase(Locale.ROOT), value));
        return new Summary(
                config.taskName(),
                config.model().name(),
                config.data().set().toString(),
                config.estimator().estimator().toString(),
                config.allocation().allocator().toString(),
                config.seed(),
                result.stepsDone(),
                description.budget(),
                config.threads(),
                simd(description.simd()),
                result.interrupted(),
                result.test().accuracy(),
                Json.finite(result.test().loss()),
                result.test().examples(),
                result.costs().queries(),
                result.costs().cleanQueries(),
                result.costs().flops(),
                result.seconds(),
                phases,
                result.costs().bufferBytes(),
                result.costs().heapBytes(),
                description.parameters(),
                description.trainable(),
                description.sites(),
                description.withoutSite(),
                sites(result, noise -> Double.valueOf(Float.toString(noise.sigma()))),
                sites(result, noise -> noise.space().toString()),
                result.parametersSha256(),
                new AllocationWorth(
                        Json.finite(result.allocation().coefficientOfVariation()),
                        Json.finite(result.allocation().ratioToEqual()),
                        Json.finite(result.allocation().optimumToEqual())),
                Configuration.of(config),
                provenance);
    }

    private static <V> Map<String, V> sites(TaskResult result, Function<SiteNoise, V> value) {
        Map<String, V> bySite = new LinkedHashMap<>();
        result.noise().forEach((site, noise) -> bySite.put(site, value.apply(noise)));
        return bySite;
    }

    /**
     * A kernel name as it stands in JSON.
     *
     * @param kernels "512", "256", "128" or "scalar"
     * @return the number of bits, or the string
     */
    public static Object simd(String kernels) {
        return kernels.chars().allMatch(Character::isDigit) ? (Object) Integer.valueOf(kernels) : kernels;
    }
}
