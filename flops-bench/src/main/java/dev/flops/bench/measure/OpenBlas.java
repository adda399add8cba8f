package dev.flops.bench.measure;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** OpenBLAS of the system, called through the Foreign Function and Memory API, on one thread. */
@SuppressWarnings("restricted") // native code is what is compared with
final class OpenBlas implements AutoCloseable {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;
    private static final long MOST_CHARACTERS = 512;
    private static final AddressLayout TEXT =
            ValueLayout.ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(MOST_CHARACTERS, ValueLayout.JAVA_BYTE));
    private static final FunctionDescriptor SGEMM = FunctionDescriptor.ofVoid(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_FLOAT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_FLOAT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);

    private final Arena arena = Arena.ofConfined();
    private final SymbolLookup symbols;
    private final MethodHandle sgemm;

    /**
     * Loads a library.
     *
     * @param library its name or file
     * @throws IllegalArgumentException if there is none
     */
    OpenBlas(String library) {
        SymbolLookup found;
        try {
            found = SymbolLookup.libraryLookup(library, arena);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "openblas = " + library + ", expected a shared library such as libopenblas.so.0 of Debian's"
                            + " libopenblas0-pthread",
                    e);
        }
        symbols = found;
        sgemm = handle("cblas_sgemm", SGEMM);
        call(handle("openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)), 1);
    }

    /** What the library says of itself: version, options and the kernels that it chose. */
    String configuration() {
        return text("openblas_get_config") + ", kernels " + text("openblas_get_corename");
    }

    MemorySegment allocate(long floats) {
        return arena.allocate(floats * Float.BYTES, 64);
    }

    /** C = X Wᵀ, where W is (n, k), or (k, n) when it is not transposed any more. */
    void multiply(MatrixShape shape, boolean transposed, MemorySegment x, MemorySegment w, MemorySegment c) {
        int k = shape.inner();
        int n = shape.columns();
        int order = transposed ? TRANSPOSED : PLAIN;
        try {
            sgemm.invokeExact(ROW_MAJOR, PLAIN, order, shape.rows(), n, k, 1f, x, k, w, transposed ? k : n, 0f, c, n);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(String function) {
        MemorySegment answer = (MemorySegment) call(handle(function, FunctionDescriptor.of(TEXT)));
        return answer.getString(0).strip();
    }

    private MethodHandle handle(String function, FunctionDescriptor descriptor) {
        MemorySegment address = symbols.find(function)
                .orElseThrow(() -> new IllegalArgumentException("function " + function + " is not in the library"));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    private static Object call(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
