package dev.flops.bench.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs the program in this JVM and keeps what it says. */
record Program(int exitCode, String out, String err) {
    static Program run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = FlopsCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Program(code, out.toString(), err.toString());
    }
}
