/**
 * Hostile files: every reader of the project is given mutated files, see {@link dev.flops.bench.fuzz.Readers}, and must read them or
 * refuse them with the exception that it documents, within bounds on time and memory.
 */
package dev.flops.bench.fuzz;
