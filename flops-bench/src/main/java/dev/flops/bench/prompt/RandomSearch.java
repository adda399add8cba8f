package dev.flops.bench.prompt;

import dev.flops.api.RandomKey;
import dev.flops.bench.blackbox.QueryMeter;

/**
 * Local random search (Matyas 1965): the best point so far plus Gaussian noise, kept if the mean loss over a fixed set of examples
 * falls. Queries: the size of the set for the start and for every candidate.
 *
 * @param scale standard deviation of the noise, above 0
 * @param examples size of the set, the first examples of the black box; at least 1
 */
public record RandomSearch(double scale, int examples) implements PromptTuner {
    /** Checks the ranges. */
    public RandomSearch {
        Settings.requirePositive("scale", scale);
        Settings.requirePositive("examples", examples);
    }

    @Override
    public long minimumQueries(int dimension) {
        return 2L * examples;
    }

    @Override
    public void tune(QueryMeter objective, float[] theta, long seed, Listener listener) {
        if (objective.remaining() < examples) {
            return;
        }
        int[] fixed = new int[examples];
        for (int i = 0; i < examples; i++) {
            fixed[i] = i;
        }
        RandomKey key = RandomKey.ofSeed(seed).forPurpose(RandomKey.Purpose.PERTURBATION);
        double best = MeanLoss.of(objective, theta, fixed)[0];
        boolean going = listener.onStep(theta, best);
        for (int step = 0; going && objective.remaining() >= examples; step++) {
            KeyedGenerator normals = new KeyedGenerator(key.forStep(step));
            float[] candidate = theta.clone();
            for (int i = 0; i < candidate.length; i++) {
                candidate[i] += (float) (scale * normals.nextGaussian());
            }
            double loss = MeanLoss.of(objective, candidate, fixed)[0];
            if (loss < best) {
                best = loss;
                System.arraycopy(candidate, 0, theta, 0, theta.length);
            }
            going = listener.onStep(theta, loss);
        }
    }
}
