package dev.flops.bench.rival;

import dev.flops.alloc.train.EpochSampler;
import dev.flops.api.RandomKey;

/**
 * SPSA with gradient correction, the optimizer of BlackVIP: one direction Δ ∈ {±1}^d for a whole batch, a central difference at
 * the point to which the momentum leads, and decaying gains. At step k = 1, 2, ...:
 *
 * <pre>
 *   φ' = θ + β m
 *   ĝ = (L(φ' + c_k Δ) − L(φ' − c_k Δ)) / (2 c_k) Δ
 *   m ← β m − a_k ĝ,   θ ← θ + m,   a_k = a / (k + o)^0.6,  c_k = c / k^0.1
 * </pre>
 *
 * <p>Queries: 2 B per step. References: Oh et al., <em>BlackVIP</em>, CVPR 2023; Spall, <em>Implementation of the Simultaneous
 * Perturbation Algorithm</em>, IEEE Transactions on Aerospace and Electronic Systems 34, 1998, for the exponents and Δ ∈ {±1}^d.
 *
 * @param gain a, above 0
 * @param perturbation c, above 0
 * @param offset o, at least 0
 * @param momentum β, at least 0 and below 1; 0 is plain SPSA
 * @param batch examples per step B, at least 1
 */
public record SpsaGradientCorrection(double gain, double perturbation, double offset, double momentum, int batch)
        implements Rival {
    private static final double GAIN_DECAY = 0.6;
    private static final double PERTURBATION_DECAY = 0.1;

    /** Checks the ranges. */
    public SpsaGradientCorrection {
        Settings.requirePositive("gain", gain);
        Settings.requirePositive("perturbation", perturbation);
        Settings.requirePositive("batch", batch);
        if (!(offset >= 0)) {
            throw new IllegalArgumentException("offset = " + offset + ", expected >= 0");
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum = " + momentum + ", expected 0 <= momentum < 1");
        }
    }

    @Override
    public long minimumQueries(int dimension) {
        return 2L * batch;
    }

    @Override
    public void run(MeteredLoss loss, float[] theta, long seed, Listener listener) {
        RandomKey root = RandomKey.ofSeed(seed);
        EpochSampler sampler = new EpochSampler(loss.examples(), batch, root.forPurpose(RandomKey.Purpose.SAMPLING));
        RandomKey directions = root.forPurpose(RandomKey.Purpose.PERTURBATION);
        int d = theta.length;
        double[] m = new double[d];
        boolean going = true;
        for (int step = 0; going && loss.remaining() >= 2L * batch; step++) {
            double a = gain / StrictMath.pow(step + 1 + offset, GAIN_DECAY);
            double c = perturbation / StrictMath.pow(step + 1, PERTURBATION_DECAY);
            RandomKey key = directions.forStep(step);
            float[] pair = new float[2 * d];
            for (int i = 0; i < d; i++) {
                double ahead = theta[i] + momentum * m[i];
                pair[i] = (float) (ahead + c * sign(key, i));
                pair[d + i] = (float) (ahead - c * sign(key, i));
            }
            double[] losses = loss.means(pair, sampler.batch(step));
            for (int i = 0; i < d; i++) {
                m[i] = momentum * m[i] - a * (losses[0] - losses[1]) / (2 * c) * sign(key, i);
                theta[i] += (float) m[i];
            }
            going = listener.onStep(theta, (losses[0] + losses[1]) / 2);
        }
    }

    private static int sign(RandomKey key, int i) {
        return key.uniform(0, i) < 0.5 ? -1 : 1;
    }
}
