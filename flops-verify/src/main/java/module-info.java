import org.jspecify.annotations.NullMarked;

/**
 * The verification kit: problems with closed-form gradients and statistical assertions with declared error rates, to be
 * run against any estimator or allocator.
 */
@NullMarked
module dev.flops.verify {
    requires static transitive net.jqwik.api;
    requires static transitive org.jspecify;
    requires transitive dev.flops.alloc;
    requires transitive dev.flops.api;
    requires transitive dev.flops.tensor;
    requires commons.math3;

    exports dev.flops.verify.arbitrary;
    exports dev.flops.verify.gradient;
    exports dev.flops.verify.mutant;
    exports dev.flops.verify.problem;
    exports dev.flops.verify.stat;
    exports dev.flops.verify.suite;
}
