package dev.flops.tensor.network;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network that can be run forward: parameters, perturbation sites and the layer that computes logits.
 *
 * @param name name for reports
 * @param inputShape shape of one example
 * @param outputs number of logits
 * @param parameters all parameters
 * @param sites perturbation sites by index: the forward order, then what was attached later
 * @param matrices parameters that act as matrices in products
 * @param layer computes (rows, outputs) from (rows, inputShape...)
 */
public record Network(
        String name,
        Shape inputShape,
        int outputs,
        Parameters parameters,
        List<Site> sites,
        List<Matrix> matrices,
        Layer layer) {

    /**
     * A parameter that acts as a matrix: rows are outputs, split evenly into groups of independent matrices.
     *
     * @param weight (out, ...)
     * @param groups number of groups, a divisor of out
     */
    public record Matrix(Parameter weight, int groups) {}

    /**
     * Parameters that no site covers: an activation-space estimator cannot train them.
     *
     * @return their names, in order
     */
    public List<String> parametersWithoutSite() {
        Set<String> covered = new HashSet<>();
        for (Site site : sites) {
            for (Parameter p : site.contraction().parameters()) {
                covered.add(p.name());
            }
        }
        return parameters.list().stream()
                .map(Parameter::name)
                .filter(name -> !covered.contains(name))
                .toList();
    }
}
