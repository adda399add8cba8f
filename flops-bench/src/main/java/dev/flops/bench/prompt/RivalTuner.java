package dev.flops.bench.prompt;

import dev.flops.bench.blackbox.QueryMeter;
import dev.flops.bench.rival.Rival;
import dev.flops.bench.rival.SeparableLoss;

/**
 * A rival of forward learning before the digits.
 *
 * @param rival the method
 */
public record RivalTuner(Rival rival) implements PromptTuner {
    @Override
    public void tune(QueryMeter objective, float[] theta, long seed, Listener listener) {
        rival.run(new SeparableLoss(objective), theta, seed, listener::onStep);
    }

    @Override
    public long minimumQueries(int dimension) {
        return rival.minimumQueries(dimension);
    }

    @Override
    public int batch() {
        return rival.batch();
    }

    @Override
    public String toString() {
        return rival.toString();
    }
}
