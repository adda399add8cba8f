/** Prompts against definitions written out. */
package dev.flops.bench.prompt;
