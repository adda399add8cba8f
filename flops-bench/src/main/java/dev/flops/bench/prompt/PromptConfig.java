package dev.flops.bench.prompt;

/**
 * A tuning of a prompt.
 *
 * @param prompt what is tuned
 * @param method name of the method, for reports
 * @param tuner the method
 * @param queries budget: forwards of one picture each, at least those of one step
 * @param seed seed of everything random
 */
public record PromptConfig(VisualPrompt prompt, String method, PromptTuner tuner, long queries, long seed) {
    /** Checks the range. */
    public PromptConfig {
        long least = tuner.minimumQueries(prompt.dimension());
        if (queries < least) {
            throw new IllegalArgumentException(
                    "queries = " + queries + ", expected >= " + least + ": what one step of " + method + " costs");
        }
    }
}
