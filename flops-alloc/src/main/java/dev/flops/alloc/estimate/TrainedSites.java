package dev.flops.alloc.estimate;

import dev.flops.api.LabelledExamples;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.Site;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the estimators of networks with sites share: the sites that are perturbed, and the gradient behind them. */
final class TrainedSites {
    private TrainedSites() {}

    static void requireFitting(Network network, Parameters trained, LabelledExamples data) {
        if (!trained.sharesValuesWith(network.parameters())) {
            throw new IllegalArgumentException("trained is not a selection of the parameters of " + network.name());
        }
        if (!Arrays.equals(data.exampleShape(), network.inputShape().toArray())) {
            throw new IllegalArgumentException("data.exampleShape = " + Arrays.toString(data.exampleShape())
                    + ", expected " + network.inputShape() + " as the network " + network.name() + " takes");
        }
    }

    /** Sites with a trained parameter, each of which stands behind one of them. */
    static List<Site> of(Network network, Parameters trained) {
        List<Site> sites = network.sites().stream()
                .filter(site -> site.contraction().parameters().stream()
                        .anyMatch(p -> trained.get(p.name()).trainable()))
                .toList();
        Set<String> covered = new HashSet<>();
        for (Site site : sites) {
            for (Parameter p : site.contraction().parameters()) {
                if (!covered.add(p.name())) {
                    throw new IllegalArgumentException("parameter " + p.name() + " stands behind two sites, of which "
                            + site.name() + " is one; expected one site per parameter");
                }
            }
        }
        for (Parameter p : trained.list()) {
            if (p.trainable() && !covered.contains(p.name())) {
                throw new IllegalArgumentException(
                        "parameter " + p.name() + " has no perturbation site; expected it to be frozen");
            }
        }
        return sites;
    }

    /** Makes room for an estimate. */
    static void clear(Parameters trained, float[] gradient) {
        if (gradient.length != trained.dimension()) {
            throw new IllegalArgumentException(
                    "gradient.length = " + gradient.length + ", expected " + trained.dimension());
        }
        Arrays.fill(gradient, 0f);
    }

    /** Takes away what contractions gave to frozen parameters, and looks at the rest. */
    static void finish(Parameters trained, float[] gradient, int step) {
        List<Parameter> parameters = trained.list();
        for (int entry = 0; entry < parameters.size(); entry++) { // without an iterator, which every step would make
            Parameter p = parameters.get(entry);
            if (!p.trainable()) {
                Arrays.fill(gradient, p.offset(), p.offset() + p.length(), 0f);
            }
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                if (!Float.isFinite(gradient[d])) {
                    throw new NumericalException("gradient[" + (d - p.offset()) + "] of " + p.name() + " = "
                            + gradient[d] + " in step " + step);
                }
            }
        }
    }
}
