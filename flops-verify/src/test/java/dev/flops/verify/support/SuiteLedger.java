package dev.flops.verify.support;

import dev.flops.verify.stat.FalseAlarmLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives every statistical test the one ledger of the run; it refuses a test that takes the suite over its budget, and
 * is written to {@code target/false-alarms.txt} at the end.
 */
public final class SuiteLedger implements ParameterResolver {
    /** Less than one false alarm in a year of nightly runs. */
    private static final double BUDGET = 1.0 / 365;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return parameter.getParameter().getType() == FalseAlarmLedger.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return extension
                .getRoot()
                .getStore(ExtensionContext.Namespace.create(SuiteLedger.class))
                .computeIfAbsent("ledger", key -> new Entry(new FalseAlarmLedger(BUDGET)), Entry.class)
                .ledger;
    }

    private record Entry(FalseAlarmLedger ledger) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Path folder = Files.createDirectories(Path.of("target"));
            Files.writeString(folder.resolve("false-alarms.txt"), ledger.report());
        }
    }
}
