package dev.flops.bench.cli;

import dev.flops.tensor.spec.SimdWidth;
import java.io.PrintWriter;

/** Whether this JVM could have had vector kernels. */
final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";

    private VectorModule() {}

    static boolean present() {
        return ModuleLayer.boot().findModule(NAME).isPresent();
    }

    /** Warns when the choice was left to the program and only a missing flag kept it from vectors. */
    static void warnIfMissed(SimdWidth asked, PrintWriter err) {
        if (asked == SimdWidth.AUTO && !present()) {
            err.println("flops: WARNING: scalar kernels, many times slower than this machine can do:"
                    + " java was started without --add-modules " + NAME);
            err.flush();
        }
    }
}
