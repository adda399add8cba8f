import org.jspecify.annotations.NullMarked;

/**
 * Contracts and values of FLOPS: what a query, a budget, an allocation and a gradient estimate are. Holds no algorithm.
 */
@NullMarked
module dev.flops.api {
    requires static transitive org.jspecify;

    exports dev.flops.api;
}
