package dev.flops.tensor.network;

import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.PerturbationSite;
import dev.flops.api.RandomKey;
import dev.flops.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the parameters and sites of a network while its layers are made. A network's own sites are declared in the
 * order in which the forward announces them.
 */
public final class NetworkBuilder {
    private final RandomKey key;
    private final Parameters.Builder parameters = Parameters.builder();
    private final List<Parameter> list = new ArrayList<>();
    private final List<Initializer> initializers = new ArrayList<>();
    private final List<Network.Matrix> matrices = new ArrayList<>();
    private final List<Site> sites = new ArrayList<>();

    /**
     * An empty network.
     *
     * @param seed seed of the initial values
     */
    public NetworkBuilder(long seed) {
        this.key = RandomKey.ofSeed(seed).forPurpose(RandomKey.Purpose.INITIALIZATION);
    }

    /**
     * Begins with all that another network has, so that parameters and sites can be added behind: its parameters keep
     * their places and values, its sites their indices, and its layer serves the new network as it is.
     *
     * @param network the network, not modified
     * @param seed seed of the initial values of what is added
     * @return a builder whose networks share no storage with {@code network}
     */
    public static NetworkBuilder extending(Network network, long seed) {
        NetworkBuilder builder = new NetworkBuilder(seed);
        float[] present = network.parameters().values();
        for (Parameter p : network.parameters().list()) {
            int[] shape = p.shape().stream().mapToInt(Integer::intValue).toArray();
            builder.list.add(
                    p.trainable()
                            ? builder.parameters.add(p.name(), shape)
                            : builder.parameters.addConstant(p.name(), shape));
            builder.initializers.add(
                    (key, values, offset, length) -> System.arraycopy(present, p.offset(), values, offset, length));
        }
        builder.matrices.addAll(network.matrices());
        builder.sites.addAll(network.sites());
        return builder;
    }

    /**
     * Declares a parameter.
     *
     * @param name a new stable name
     * @param initializer its initial values
     * @param shape its extents
     * @return the parameter
     */
    public Parameter parameter(String name, Initializer initializer, int... shape) {
        Parameter parameter = parameters.add(name, shape);
        list.add(parameter);
        initializers.add(initializer);
        return parameter;
    }

    /**
     * Declares a constant that is stored beside the parameters, such as frozen statistics: it is never trainable.
     *
     * @param name a new stable name
     * @param initializer its initial values
     * @param shape its extents
     * @return the constant
     */
    public Parameter constant(String name, Initializer initializer, int... shape) {
        Parameter constant = parameters.addConstant(name, shape);
        list.add(constant);
        initializers.add(initializer);
        return constant;
    }

    /**
     * Declares a parameter that acts as a matrix in products.
     *
     * @param name a new stable name
     * @param initializer its initial values
     * @param groups number of independent groups of output rows
     * @param shape (out, ...)
     * @return the parameter
     */
    public Parameter matrix(String name, Initializer initializer, int groups, int... shape) {
        if (groups < 1 || shape[0] % groups != 0) {
            throw new IllegalArgumentException(
                    "groups = " + groups + " of " + name + ", expected a divisor of " + shape[0]);
        }
        Parameter parameter = parameter(name, initializer, shape);
        matrices.add(new Network.Matrix(parameter, groups));
        return parameter;
    }

    /**
     * Declares the next site.
     *
     * @param name stable name
     * @param contraction from scores to gradients
     * @return the site, to be announced by the layer
     */
    public Site site(String name, ScoreContraction contraction) {
        Site site = new Site(new PerturbationSite(name, sites.size()), contraction);
        sites.add(site);
        return site;
    }

    /**
     * Ends the network and draws the initial values.
     *
     * @param name name for reports
     * @param inputShape shape of one example
     * @param outputs number of logits
     * @param layer computes the logits
     * @return the network
     */
    public Network build(String name, Shape inputShape, int outputs, Layer layer) {
        Parameters built = parameters.build();
        for (int i = 0; i < list.size(); i++) {
            Parameter p = list.get(i);
            initializers.get(i).fill(key.fold(0, i), built.values(), p.offset(), p.length());
        }
        return new Network(name, inputShape, outputs, built, List.copyOf(sites), List.copyOf(matrices), layer);
    }
}
