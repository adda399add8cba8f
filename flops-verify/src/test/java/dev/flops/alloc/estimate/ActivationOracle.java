package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.api.Allocation;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.network.Site;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.OracleNetwork;
import java.util.Arrays;
import java.util.Map;

/**
 * The lifted estimate from its definition in double precision: directions by their addresses, whole forwards of an independent network,
 * contractions by differences. It has no recordings, plans or black boxes.
 *
 * @param activations shapes of the activations, by the index of their site
 */
record ActivationOracle(NetworkCase problem, LiftedCase lifted, Map<Integer, Parameters> activations) {

    double[] estimate(int step, int[] examples, Allocation allocation, RandomKey key) {
        double[] gradient = new double[problem.network().parameters().dimension()];
        OracleGradient oracle = new OracleGradient(problem);
        for (Site site : problem.network().sites()) {
            for (int i = 0; i < examples.length; i++) {
                RandomKey noise = key.forSite(site.index()).forExample(step, examples[i]);
                double[] score = slope(oracle, site, examples[i], allocation.samples(i), noise);
                for (int e = 0; e < score.length; e++) {
                    score[e] *= allocation.weight(i) / examples.length;
                }
                oracle.addContraction(site, examples[i], score, OracleNetwork.NONE, gradient);
            }
        }
        return gradient;
    }

    /** (c/n) Σ_k Σ_m w ε/σ. */
    private double[] slope(OracleGradient oracle, Site site, int example, int samples, RandomKey key) {
        int d = activations.get(site.index()).dimension();
        int members = lifted.directions().perSample(d);
        DirectionSource source =
                lifted.directions().source(TensorOps.of(SimdWidth.SCALAR), activations.get(site.index()));
        double[][] epsilon = new double[samples * members][];
        double[] plus = new double[epsilon.length];
        double[] minus = new double[epsilon.length];
        for (int row = 0; row < epsilon.length; row++) {
            epsilon[row] = direction(source, new NoiseAddress(key, 0, row / members), row % members, d);
            plus[row] = loss(oracle, site, example, epsilon[row], lifted.sigma());
            minus[row] = loss(oracle, site, example, epsilon[row], -lifted.sigma());
        }
        double clean = oracle.loss(problem.theta(), example, OracleNetwork.NONE);
        double[] weights = lifted.weights(plus, minus, clean, members);
        double[] slope = new double[d];
        for (int row = 0; row < epsilon.length; row++) {
            for (int e = 0; e < d; e++) {
                slope[e] += lifted.directions().factor(d) * weights[row] * epsilon[row][e] / lifted.sigma() / samples;
            }
        }
        return slope;
    }

    private static double[] direction(DirectionSource source, NoiseAddress address, int member, int d) {
        Tensor row = Tensor.zeros(1, d);
        source.addInto(address, member, 1, Tensor.zeros(1, d), 0, row, 0);
        double[] epsilon = new double[d];
        Arrays.setAll(epsilon, e -> row.array()[row.offset() + e]);
        return epsilon;
    }

    private double loss(OracleGradient oracle, Site site, int example, double[] epsilon, double scale) {
        return oracle.loss(problem.theta(), example, (index, activation) -> {
            if (index == site.index()) {
                for (int e = 0; e < activation.length; e++) {
                    activation[e] += scale * epsilon[e];
                }
            }
        });
    }
}
