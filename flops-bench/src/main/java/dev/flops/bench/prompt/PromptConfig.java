package dev.flops.bench.prompt;

/**
 * A tuning of a prompt.
 *
 * @param prompt what is tuned
 * @param method name of the method, for reports
 * @param tuner the method
 * @param queries budget: forwards of one picture each, at least 1
 * @param seed seed of everything random
 */
public record PromptConfig(VisualPrompt prompt, String method, PromptTuner tuner, long queries, long seed) {
    /** Checks the range. */
    public PromptConfig {
        if (queries < 1) {
            throw new IllegalArgumentException("queries = " + queries + ", expected >= 1");
        }
    }
}
