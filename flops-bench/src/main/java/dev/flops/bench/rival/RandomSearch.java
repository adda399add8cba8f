package dev.flops.bench.rival;

import dev.flops.api.RandomKey;

/**
 * Local random search (Matyas 1965): the best point so far plus Gaussian noise, kept if the mean loss over a fixed set of examples
 * falls. Queries: the size of the set for the start and for every candidate.
 *
 * @param scale standard deviation of the noise, above 0
 * @param batch size of the set, the first examples of the black box; at least 1
 */
public record RandomSearch(double scale, int batch) implements Rival {
    /** Checks the ranges. */
    public RandomSearch {
        Settings.requirePositive("scale", scale);
        Settings.requirePositive("batch", batch);
    }

    @Override
    public long minimumQueries(int dimension) {
        return 2L * batch;
    }

    @Override
    public void run(MeteredLoss loss, float[] theta, long seed, Listener listener) {
        if (loss.remaining() < batch) {
            return;
        }
        int[] fixed = new int[batch];
        for (int i = 0; i < batch; i++) {
            fixed[i] = i;
        }
        RandomKey key = RandomKey.ofSeed(seed).forPurpose(RandomKey.Purpose.PERTURBATION);
        double best = loss.means(theta, fixed)[0];
        boolean going = listener.onStep(theta, best);
        for (int step = 0; going && loss.remaining() >= batch; step++) {
            KeyedGenerator normals = new KeyedGenerator(key.forStep(step));
            float[] candidate = theta.clone();
            for (int i = 0; i < candidate.length; i++) {
                candidate[i] += (float) (scale * normals.nextGaussian());
            }
            double found = loss.means(candidate, fixed)[0];
            if (found < best) {
                best = found;
                System.arraycopy(candidate, 0, theta, 0, theta.length);
            }
            going = listener.onStep(theta, found);
        }
    }
}
