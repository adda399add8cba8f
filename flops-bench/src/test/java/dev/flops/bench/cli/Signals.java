package dev.flops.bench.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Ctrl-C for a process that has no terminal. */
final class Signals {
    private static final int INTERRUPT = 2;
    private static final Path STATUS = Path.of("/proc/self/status");

    private Signals() {}

    /**
     * What a command begins with so that its process can be interrupted: a shell lets the programs that it starts in the background
     * ignore the signal, and a JVM keeps to that.
     */
    static List<String> deliverable() throws IOException {
        return isIgnored() ? List.of("env", "--default-signal=INT") : List.of();
    }

    private static boolean isIgnored() throws IOException {
        if (!Files.exists(STATUS)) {
            return false;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("SigIgn:")) {
                long ignored = Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16);
                return (ignored >>> (INTERRUPT - 1) & 1) == 1;
            }
        }
        return false;
    }

    /** Sends the signal of Ctrl-C. */
    static void interrupt(Process process) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("kill ended with " + code);
        }
    }
}
