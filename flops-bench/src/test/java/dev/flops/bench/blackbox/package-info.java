/** Black boxes against small graphs and a faulty server on loopback. */
package dev.flops.bench.blackbox;
