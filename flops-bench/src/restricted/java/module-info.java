/** A program of the runtime modules alone, for images without anything else. */
module dev.flops.restricted {
    requires dev.flops.alloc;
    requires dev.flops.models;
}
