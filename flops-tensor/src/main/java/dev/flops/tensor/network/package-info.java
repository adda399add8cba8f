/**
 * Networks as values: layers that announce perturbation sites, and the contexts that run them.
 */
package dev.flops.tensor.network;
