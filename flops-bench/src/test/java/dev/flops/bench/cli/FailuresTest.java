package dev.flops.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.NotEnoughMemoryException;
import dev.flops.api.NumericalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

final class FailuresTest {
    @Test
    void aFullDiskIsSaid() {
        IOException full = new IOException("No space left on device");
        assertThat(Failures.describe(new UncheckedIOException(full)))
                .isEqualTo("input or output failed: No space left on device");
        assertThat(Failures.describe(new FileSystemException("runs/a", null, "No space left on device")))
                .isEqualTo("cannot use runs/a: No space left on device");
    }

    @Test
    void aMissingPermissionNamesTheFile() {
        assertThat(Failures.describe(new AccessDeniedException("runs/a"))).isEqualTo("no permission: runs/a");
    }

    @Test
    void aLossThatIsNotFiniteSaysHowToGoOn() {
        assertThat(Failures.describe(new NumericalException("loss = NaN in step 3")))
                .startsWith("loss = NaN in step 3; try a smaller --lr");
    }

    @Test
    void tooSmallAHeapSaysHowToMakeItLarger() {
        assertThat(Failures.describe(NotEnoughMemoryException.of("step 0", new OutOfMemoryError())))
                .startsWith("step 0 needs more memory than the heap of this JVM has, ")
                .endsWith("FLOPS_JAVA_OPTS=-Xmx8g gives more");
    }

    @Test
    void theUnexpectedNamesTheWayToItsPlace() {
        assertThat(Failures.describe(new IllegalStateException("boom"))).contains("boom", "--stacktrace");
    }
}
