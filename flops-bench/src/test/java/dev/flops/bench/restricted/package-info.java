/** Training in images of {@code java.base} and the runtime modules, and in a JVM that watches what it does. */
package dev.flops.bench.restricted;
