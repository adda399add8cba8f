import org.jspecify.annotations.NullMarked;

/**
 * The learning itself: estimators, query allocators, optimisers and the training step. Knows no concrete model.
 */
@NullMarked
module dev.flops.alloc {
    requires static transitive org.jspecify;
    requires transitive dev.flops.api;
    requires transitive dev.flops.tensor;

    exports dev.flops.alloc.allocate;
    exports dev.flops.alloc.direction;
    exports dev.flops.alloc.estimate;
    exports dev.flops.alloc.optimize;
    exports dev.flops.alloc.train;
}
