import org.jspecify.annotations.NullMarked;

/**
 * Layers, vision networks, adapters, weights and data sets.
 */
@NullMarked
module dev.flops.models {
    requires static java.desktop;
    requires static transitive org.jspecify;
    requires transitive dev.flops.api;
    requires transitive dev.flops.tensor;

    exports dev.flops.models.adapter;
    exports dev.flops.models.checkpoint;
    exports dev.flops.models.data;
    exports dev.flops.models.data.image;
    exports dev.flops.models.layer;
    exports dev.flops.models.reference;
    exports dev.flops.models.vision;
    exports dev.flops.models.weights;
}
