/**
 * Rules that module descriptors cannot express, checked on the class files of all modules.
 *
 * <p>Each rule is a function of a root package. It must hold for the production code under {@code dev.flops} and must be broken
 * by the class that {@code fixture} keeps for it, a miniature of the production packages: so no rule is vacuous.
 */
package dev.flops.bench.architecture;
