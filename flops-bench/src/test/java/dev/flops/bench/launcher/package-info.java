/**
 * The launchers {@code ./build} and {@code ./flops}, run with stand-ins for the JDK and Maven.
 */
package dev.flops.bench.launcher;
