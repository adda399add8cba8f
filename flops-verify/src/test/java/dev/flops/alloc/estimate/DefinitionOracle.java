package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.api.SiteAllocation;
import dev.flops.tensor.network.Site;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.OracleNetwork;
import dev.flops.verify.support.ReferenceNoise;

/**
 * The likelihood-ratio estimate computed from its definition in double precision: the documented noise, whole forwards of
 * an independent network, contractions by differences. It has no chunks, prefixes, plans or kernels.
 */
final class DefinitionOracle {
    private final NetworkCase problem;
    private final OracleGradient oracle;
    private final SamplingScheme scheme;
    private final double sigma;

    DefinitionOracle(NetworkCase problem, SamplingScheme scheme, double sigma) {
        this.problem = problem;
        this.oracle = new OracleGradient(problem);
        this.scheme = scheme;
        this.sigma = sigma;
    }

    double[] layerWise(int step, int[] examples, Allocation allocation, RandomKey key) {
        return layerWise(
                step,
                examples,
                SiteAllocation.same(allocation, problem.network().sites().size()),
                key);
    }

    double[] layerWise(int step, int[] examples, SiteAllocation allocation, RandomKey key) {
        double[] gradient = new double[problem.network().parameters().dimension()];
        for (int j = 0; j < allocation.sites(); j++) {
            Site site = problem.network().sites().get(j);
            for (int i = 0; i < examples.length; i++) {
                RandomKey exampleKey = key.forExample(step, examples[i]);
                double[] score = oracle.siteOutput(problem.theta(), examples[i], site.index(), OracleNetwork.NONE);
                java.util.Arrays.fill(score, 0);
                for (int k = 0; k < allocation.samples(i, j); k++) {
                    NoiseAddress address = new NoiseAddress(exampleKey, site.index(), k);
                    double plus = loss(examples[i], only(address, sigma));
                    double minus = loss(examples[i], only(address, -sigma));
                    double w = weight(plus, minus, loss(examples[i], OracleNetwork.NONE));
                    for (int e = 0; e < score.length; e++) {
                        score[e] += w
                                * ReferenceNoise.gaussian(address, e)
                                / (sigma * allocation.samples(i, j) * examples.length);
                    }
                }
                oracle.addContraction(site, examples[i], score, OracleNetwork.NONE, gradient);
            }
        }
        return gradient;
    }

    double[] allSites(int step, int[] examples, Allocation allocation, RandomKey key) {
        double[] gradient = new double[problem.network().parameters().dimension()];
        for (int i = 0; i < examples.length; i++) {
            RandomKey exampleKey = key.forExample(step, examples[i]);
            double clean = loss(examples[i], OracleNetwork.NONE);
            double scale = 1 / (sigma * allocation.samples(i) * examples.length);
            for (int k = 0; k < allocation.samples(i); k++) {
                OracleNetwork.Probe plus = all(exampleKey, k, sigma);
                double lossPlus = loss(examples[i], plus);
                if (scheme != SamplingScheme.ANTITHETIC) {
                    double w = weight(lossPlus, Double.NaN, clean);
                    addRow(examples[i], exampleKey, k, w * scale, plus, gradient);
                } else {
                    OracleNetwork.Probe minus = all(exampleKey, k, -sigma);
                    double lossMinus = loss(examples[i], minus);
                    addRow(examples[i], exampleKey, k, 0.5 * (lossPlus - clean) * scale, plus, gradient);
                    addRow(examples[i], exampleKey, k, 0.5 * (clean - lossMinus) * scale, minus, gradient);
                }
            }
        }
        return gradient;
    }

    private void addRow(
            int example, RandomKey key, int k, double factor, OracleNetwork.Probe probe, double[] gradient) {
        for (Site site : problem.network().sites()) {
            NoiseAddress address = new NoiseAddress(key, site.index(), k);
            double[] score = oracle.siteOutput(problem.theta(), example, site.index(), probe);
            for (int e = 0; e < score.length; e++) {
                score[e] = factor * ReferenceNoise.gaussian(address, e);
            }
            oracle.addContraction(site, example, score, probe, gradient);
        }
    }

    private double weight(double plus, double minus, double clean) {
        return switch (scheme) {
            case ONE_POINT -> plus;
            case CLEAN_BASELINE -> plus - clean;
            case ANTITHETIC -> (plus - minus) / 2;
        };
    }

    private double loss(int example, OracleNetwork.Probe probe) {
        return oracle.loss(problem.theta(), example, probe);
    }

    private static OracleNetwork.Probe only(NoiseAddress address, double sigma) {
        return (site, activation) -> {
            if (site == address.site()) {
                add(address, sigma, activation);
            }
        };
    }

    private static OracleNetwork.Probe all(RandomKey key, int k, double sigma) {
        return (site, activation) -> add(new NoiseAddress(key, site, k), sigma, activation);
    }

    private static void add(NoiseAddress address, double sigma, double[] activation) {
        for (int e = 0; e < activation.length; e++) {
            activation[e] += sigma * ReferenceNoise.gaussian(address, e);
        }
    }
}
