package dev.flops.bench.prompt;

import java.util.Locale;

/** Prompts that the command line knows by name. */
public enum PromptChoice {
    /** 12 × 12 values, the same for every picture. */
    GRID,
    /** 6 × 6 cosine coefficients, each with a constant and a gain for the picture's own. */
    COORDINATOR;

    private static final int GRID_SIDE = 12;
    private static final int FREQUENCIES = 6;
    private static final double GRID_RATE = 0.03;
    private static final double COORDINATOR_RATE = 0.01;

    /**
     * The prompt.
     *
     * @return the prompt
     */
    public VisualPrompt prompt() {
        return switch (this) {
            case GRID -> new GridPrompt(GRID_SIDE);
            case COORDINATOR -> new CoordinatorPrompt(FREQUENCIES);
        };
    }

    /**
     * The peak learning rate of forward learning that goes with the prompt.
     *
     * @return the rate
     */
    public double learningRate() {
        return switch (this) {
            case GRID -> GRID_RATE;
            case COORDINATOR -> COORDINATOR_RATE;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
