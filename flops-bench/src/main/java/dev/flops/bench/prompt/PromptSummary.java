package dev.flops.bench.prompt;

import dev.flops.api.Parameters;
import dev.flops.bench.report.Provenance;
import dev.flops.bench.task.ParametersDigest;

/**
 * {@code summary.json} of a tuning. Times in seconds. Fields are never renamed or removed.
 *
 * @param task what is adapted to what
 * @param prompt name of the prompt
 * @param method name of the method
 * @param settings its settings
 * @param seed seed of everything random
 * @param steps steps done
 * @param budget queries that it might spend
 * @param queries queries that it spent
 * @param paid those that were not in the journal already
 * @param interrupted whether it was stopped early
 * @param zeroShotAccuracy share of test digits read rightly without a prompt
 * @param testAccuracy the same behind the prompt
 * @param testLoss mean loss on the test digits, in nats
 * @param testExamples number of test digits
 * @param validationAccuracy accuracy on the validation digits at the end
 * @param parameters number of parameters
 * @param parametersSha256 SHA-256 over them, little-endian float32
 * @param seconds wall time of tuning and evaluation
 * @param provenance where and with what it ran
 */
public record PromptSummary(
        String task,
        String prompt,
        String method,
        String settings,
        long seed,
        int steps,
        long budget,
        long queries,
        long paid,
        boolean interrupted,
        double zeroShotAccuracy,
        double testAccuracy,
        double testLoss,
        int testExamples,
        double validationAccuracy,
        int parameters,
        String parametersSha256,
        double seconds,
        Provenance provenance) {
    /** What the default tuning adapts to what. */
    public static final String TASK = "PP-OCRv4 on MNIST, 16-shot";

    /**
     * The summary of a result.
     *
     * @param result the result
     * @param paid queries that were paid for in this run
     * @return the summary
     */
    public static PromptSummary of(PromptResult result, long paid) {
        PromptConfig config = result.config();
        return new PromptSummary(
                TASK,
                config.prompt().name(),
                config.method(),
                config.tuner().toString(),
                config.seed(),
                result.steps(),
                config.queries(),
                result.queries(),
                paid,
                result.interrupted(),
                result.zeroShot().accuracy(),
                result.test().accuracy(),
                result.test().loss(),
                result.test().examples(),
                result.curve().getLast().validationAccuracy(),
                config.prompt().dimension(),
                ParametersDigest.sha256(Parameters.ofVector(result.parameters())),
                result.seconds(),
                Provenance.ofThisProcess());
    }
}
