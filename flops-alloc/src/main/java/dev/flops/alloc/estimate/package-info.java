/**
 * Gradient estimators from forward evaluations.
 *
 * <p>For developers: losses enter per example; an example is averaged over its own samples first, then the batch.
 * {@link dev.flops.alloc.estimate.LikelihoodRatioEstimator} works on networks with perturbation sites;
 * {@link dev.flops.alloc.estimate.ParameterEstimator} on any {@link dev.flops.api.Objective}. Losses come first and the
 * contraction with regenerated noise afterwards; threads split outputs, never a sum.
 */
package dev.flops.alloc.estimate;
