package dev.flops.alloc.estimate;

import dev.flops.api.Distribution;
import dev.flops.api.NoiseAddress;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.ProductContraction;
import dev.flops.tensor.network.Site;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A site with its noise; directions are null where activations are perturbed. */
record PerturbedSite(Site site, SiteNoise noise, @Nullable WeightDirections directions) {
    /** One entry of the noise for each site. */
    static List<PerturbedSite> listOf(List<Site> sites, List<SiteNoise> noise) {
        if (noise.size() != sites.size()) {
            throw new IllegalArgumentException(
                    "noise has " + noise.size() + " entries, expected one for each of " + sites.size() + " sites");
        }
        List<PerturbedSite> perturbed = new ArrayList<>();
        for (int j = 0; j < noise.size(); j++) {
            perturbed.add(of(sites.get(j), noise.get(j)));
        }
        return List.copyOf(perturbed);
    }

    private static PerturbedSite of(Site site, SiteNoise noise) {
        if (!noise.space().at(site)) {
            throw new IllegalArgumentException("space = " + noise.space() + " at site " + site.name()
                    + ", expected activations: its output is no product with a weight matrix");
        }
        boolean weights = !(noise.space() instanceof PerturbedSpace.Activations)
                && site.contraction() instanceof ProductContraction;
        return new PerturbedSite(
                site,
                noise,
                weights ? WeightDirections.of((ProductContraction) site.contraction(), noise.space()) : null);
    }

    double sigma() {
        return noise.sigma();
    }

    /** Writes one row of the perturbed output; {@code sign} is −1 for the partner of an antithetic pair. */
    void perturbInto(
            TensorOps ops,
            long key,
            int counter1,
            float sign,
            Activation input,
            Activation output,
            int recorded,
            Tensor perturbed,
            int row,
            Workspace workspace) {
        int from = output.perSample() ? row : recorded;
        if (directions == null) {
            ops.noise()
                    .addNoiseToRowInto(
                            Distribution.GAUSSIAN,
                            key,
                            counter1,
                            sign * noise.sigma(),
                            output.tensor(),
                            from,
                            perturbed,
                            row);
        } else {
            int in = input.perSample() ? row : recorded;
            directions.perturbInto(
                    ops,
                    NoiseAddress.of(RandomKey.ofWords(key), counter1),
                    sign * noise.sigma(),
                    input.tensor().slice(in, in + 1),
                    output.tensor().slice(from, from + 1),
                    perturbed.slice(row, row + 1),
                    workspace);
        }
    }

    /** E‖direction of the gradient‖² per unit of w/σ, for one example. */
    double directionNorm(TensorOps ops, Tensor input, Tensor output, int row) {
        return directions == null
                ? site.contraction().directionNorm(ops, input, output, row)
                : directions.squaredNorm();
    }

    /** Operations that perturbing one query costs beyond the forward behind the site; noise at activations is not counted. */
    long perturbFlops(int outputElements) {
        return directions == null
                ? 0
                : directions.perturbFlops(outputElements
                        / directions.contraction().weight().shape().getFirst());
    }

    /** Operations per sample of the contraction of a layer-wise estimate. */
    long contractionFlops(int outputElements) {
        return directions == null ? 2L * outputElements : directions.contractionFlops();
    }
}
