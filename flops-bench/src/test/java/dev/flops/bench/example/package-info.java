/** The examples of the README, which quotes these files; compiled and run here. */
package dev.flops.bench.example;
