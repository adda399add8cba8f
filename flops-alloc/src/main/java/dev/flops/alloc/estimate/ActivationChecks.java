package dev.flops.alloc.estimate;

import dev.flops.api.GradientEstimator;
import dev.flops.api.GradientTarget;
import dev.flops.api.SampleIndependence;
import dev.flops.api.Stateful;
import dev.flops.tensor.network.Site;
import java.util.List;

/** Which estimators of parameter space mean something at activations, and what is claimed of them together. */
final class ActivationChecks {
    private ActivationChecks() {}

    /** What one site's estimator must be. */
    static void requireLiftable(Site site, GradientEstimator estimator) {
        String where = estimator.name() + " of site " + site.name();
        if (estimator.independence() == SampleIndependence.SHARED_DIRECTIONS) {
            throw new IllegalArgumentException("estimator " + where + " shares directions among examples, expected"
                    + " directions of each example's own: examples have activations of their own");
        }
        if (estimator.cost().cleanQueriesPerExample() > 1) {
            throw new IllegalArgumentException(
                    "estimator " + where + " asks "
                            + estimator.cost().cleanQueriesPerExample()
                            + " queries before its samples, expected the clean one at most: wrap the whole estimator in a pilot");
        }
        if (estimator instanceof RankShapedEstimator ranked && ranked.scope() == RankScope.BATCH) {
            throw new IllegalArgumentException("estimator " + where + " ranks losses over the batch, expected "
                    + RankScope.EXAMPLE + ": a site's estimator sees one example at a time");
        }
    }

    /** What the sites' estimators must be together: alike in what allocations they take, and without a common memory. */
    static void requireCompatible(List<ActivationSite> sites) {
        for (int j = 1; j < sites.size(); j++) {
            ActivationSite first = sites.getFirst();
            ActivationSite other = sites.get(j);
            if (other.estimator().independence() != first.estimator().independence()) {
                throw new IllegalArgumentException(
                        "independence = " + other.estimator().independence() + " at site "
                                + other.site().name() + ", expected "
                                + first.estimator().independence() + " as at site "
                                + first.site().name() + ": all sites take one allocation");
            }
            for (int k = 0; k < j; k++) {
                requireOwnMemory(sites.get(k), other);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // The question is whether two sites have one memory.
    private static void requireOwnMemory(ActivationSite a, ActivationSite b) {
        Stateful memory = a.estimator().state();
        if (memory != Stateful.NONE && memory == b.estimator().state()) {
            throw new IllegalArgumentException("estimators of sites " + a.site().name() + " and "
                    + b.site().name() + " share their memory, expected one of each site's own: their losses differ");
        }
    }

    /** What all sites together claim: as much as the one that claims least. */
    static GradientTarget target(List<ActivationSite> sites) {
        GradientTarget target = lifted(sites.getFirst().estimator().target());
        for (ActivationSite site : sites) {
            target = weaker(target, lifted(site.estimator().target()));
        }
        return target;
    }

    /** Some of the activations are no partial derivatives of weights, which are sums over all of them. */
    private static GradientTarget lifted(GradientTarget target) {
        return target == GradientTarget.PARTIAL_GRADIENT ? GradientTarget.BIASED : target;
    }

    private static GradientTarget weaker(GradientTarget a, GradientTarget b) {
        if (a == b) {
            return a;
        }
        // ∇ of a smoothed loss and ∇ℓ differ by O(σ²).
        return strength(a) < strength(b) ? atMostSecondOrder(a) : atMostSecondOrder(b);
    }

    private static GradientTarget atMostSecondOrder(GradientTarget target) {
        return strength(target) > strength(GradientTarget.GRADIENT_TO_SECOND_ORDER)
                ? GradientTarget.GRADIENT_TO_SECOND_ORDER
                : target;
    }

    private static int strength(GradientTarget target) {
        return switch (target) {
            case UNSTATED -> 0;
            case BIASED, PARTIAL_GRADIENT -> 1;
            case GRADIENT_TO_FIRST_ORDER -> 2;
            case GRADIENT_TO_SECOND_ORDER -> 3;
            case SMOOTHED_GRADIENT -> 4;
            case GRADIENT -> 5;
        };
    }
}
