package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.NoiseAddress;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.tensor.network.ProductContraction;
import dev.flops.tensor.network.Site;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.OracleGradient;
import dev.flops.verify.support.OracleNetwork;
import dev.flops.verify.support.ReferenceNoise;
import java.util.List;

/**
 * The estimate of sites with noise of their own from its definition in double precision: where weights are perturbed, E is
 * written out, added to a copy of all parameters, and the whole network runs on the copy.
 */
final class PerturbedWeightsOracle {
    private final NetworkCase problem;
    private final SamplingScheme scheme;
    private final List<SiteNoise> noise;
    private final List<Site> sites;

    PerturbedWeightsOracle(NetworkCase problem, SamplingScheme scheme, List<SiteNoise> noise) {
        this.problem = problem;
        this.scheme = scheme;
        this.noise = noise;
        this.sites = problem.network().sites();
    }

    /** A network under the noise of one sample: parameters and probe. */
    private record Point(double[] theta, OracleNetwork.Probe probe) {}

    double[] estimate(SiteMode mode, int step, int[] examples, Allocation allocation, RandomKey key) {
        double[] gradient = new double[problem.network().parameters().dimension()];
        for (int i = 0; i < examples.length; i++) {
            RandomKey exampleKey = key.forExample(step, examples[i]);
            for (int k = 0; k < allocation.samples(i); k++) {
                double factor = 1.0 / allocation.samples(i) / examples.length;
                if (mode == SiteMode.ALL_SITES) {
                    addSample(sites, examples[i], exampleKey, k, factor, gradient);
                } else {
                    for (Site site : sites) {
                        addSample(List.of(site), examples[i], exampleKey, k, factor, gradient);
                    }
                }
            }
        }
        return gradient;
    }

    /** Mean of w² over the samples of one example, one site perturbed. */
    double meanSquaredWeight(Site site, int example, RandomKey exampleKey, int samples) {
        double clean = loss(new Point(problem.theta(), OracleNetwork.NONE), example);
        double sum = 0;
        for (int k = 0; k < samples; k++) {
            double plus = loss(point(List.of(site), exampleKey, k, 1), example);
            double minus = loss(point(List.of(site), exampleKey, k, -1), example);
            double w = weight(plus, minus, clean);
            sum += w * w / samples;
        }
        return sum;
    }

    /** ℓ⁺, ℓ⁻ and ℓ of one sample, some sites perturbed. */
    double[] losses(List<Site> perturbed, int example, RandomKey exampleKey, int k) {
        return new double[] {
            loss(point(perturbed, exampleKey, k, 1), example),
            loss(point(perturbed, exampleKey, k, -1), example),
            loss(new Point(problem.theta(), OracleNetwork.NONE), example)
        };
    }

    private void addSample(List<Site> perturbed, int example, RandomKey key, int k, double factor, double[] gradient) {
        Point plus = point(perturbed, key, k, 1);
        Point minus = point(perturbed, key, k, -1);
        double clean = loss(new Point(problem.theta(), OracleNetwork.NONE), example);
        double lossPlus = loss(plus, example);
        double lossMinus = loss(minus, example);
        boolean pairs = scheme == SamplingScheme.ANTITHETIC;
        for (Site site : perturbed) {
            double scale = factor / noise.get(site.index()).sigma();
            if (ofWeights(site)) {
                double w = weight(lossPlus, lossMinus, clean);
                double[] direction = direction(site, key, k);
                for (int d = 0; d < direction.length; d++) {
                    gradient[d] += scale * w * direction[d];
                }
            } else if (pairs) {
                // The partners of a pair reach the site with different inputs.
                addActivations(site, example, key, k, scale * 0.5 * (lossPlus - clean), plus, gradient);
                addActivations(site, example, key, k, scale * 0.5 * (clean - lossMinus), minus, gradient);
            } else {
                addActivations(site, example, key, k, scale * weight(lossPlus, lossMinus, clean), plus, gradient);
            }
        }
    }

    private void addActivations(
            Site site, int example, RandomKey key, int k, double factor, Point at, double[] gradient) {
        OracleGradient oracle = new OracleGradient(problem, at.theta());
        NoiseAddress address = new NoiseAddress(key, site.index(), k);
        double[] score = oracle.siteOutput(at.theta(), example, site.index(), at.probe());
        for (int e = 0; e < score.length; e++) {
            score[e] = factor * ReferenceNoise.gaussian(address, e);
        }
        oracle.addContraction(site, example, score, at.probe(), gradient);
    }

    private Point point(List<Site> perturbed, RandomKey key, int k, int sign) {
        double[] theta = problem.theta();
        for (Site site : perturbed) {
            if (ofWeights(site)) {
                double[] direction = direction(site, key, k);
                for (int d = 0; d < theta.length; d++) {
                    theta[d] += sign * (double) noise.get(site.index()).sigma() * direction[d];
                }
            }
        }
        return new Point(theta, (index, activation) -> {
            Site site = sites.get(index);
            if (perturbed.contains(site) && !ofWeights(site)) {
                NoiseAddress address = new NoiseAddress(key, index, k);
                for (int e = 0; e < activation.length; e++) {
                    activation[e] += sign * noise.get(index).sigma() * ReferenceNoise.gaussian(address, e);
                }
            }
        });
    }

    private boolean ofWeights(Site site) {
        return !(noise.get(site.index()).space() instanceof PerturbedSpace.Activations);
    }

    /** [E e] in the place of the site's parameters, 0 elsewhere. */
    private double[] direction(Site site, RandomKey key, int k) {
        NoiseAddress address = new NoiseAddress(key, site.index(), k);
        ProductContraction product = (ProductContraction) site.contraction();
        Parameter weight = product.weight();
        int m = product.bias().length();
        int in = weight.length() / m;
        double[] direction = new double[problem.network().parameters().dimension()];
        int used = weight.length();
        int rank = noise.get(site.index()).space() instanceof PerturbedSpace.LowRankWeights low ? low.rank() : 0;
        for (int f = 0; f < m; f++) {
            for (int c = 0; c < in; c++) {
                double value = rank == 0 ? ReferenceNoise.gaussian(address, f * in + c) : 0;
                for (int s = 0; s < rank; s++) {
                    value += ReferenceNoise.gaussian(address, s * m + f)
                            * ReferenceNoise.gaussian(address, rank * m + s * in + c)
                            / Math.sqrt(rank);
                }
                direction[weight.offset() + f * in + c] = value;
            }
        }
        if (rank > 0) {
            used = rank * (m + in);
        }
        for (int f = 0; f < m; f++) {
            direction[product.bias().offset() + f] = ReferenceNoise.gaussian(address, used + f);
        }
        return direction;
    }

    private double weight(double plus, double minus, double clean) {
        return switch (scheme) {
            case ONE_POINT -> plus;
            case CLEAN_BASELINE -> plus - clean;
            case ANTITHETIC -> (plus - minus) / 2;
        };
    }

    private double loss(Point at, int example) {
        return new OracleGradient(problem, at.theta()).loss(at.theta(), example, at.probe());
    }
}
