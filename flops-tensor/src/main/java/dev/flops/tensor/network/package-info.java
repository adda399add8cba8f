/**
 * Networks as functions of a forward context: layers announce their outputs as perturbation sites, and the context
 * decides whether a forward is plain inference, a recording, or a replay of the part behind a perturbed site.
 *
 * <p>For developers: a layer calls operations of {@link dev.flops.tensor.network.ForwardContext} and nothing else. A
 * new operation reads its recorded output when all its inputs are clean, computes otherwise, and counts its
 * floating-point operations.
 */
package dev.flops.tensor.network;
