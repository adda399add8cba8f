/**
 * Gradient estimators from forward evaluations.
 *
 * <p>For developers: losses enter per example; an example is averaged over its own samples first, then the batch.
 * {@link dev.flops.alloc.estimate.LikelihoodRatioEstimator} works on networks with perturbation sites;
 * {@link dev.flops.alloc.estimate.ParameterEstimator} on any {@link dev.flops.api.Objective}, composed of
 * {@link dev.flops.alloc.direction.Directions}, a {@link dev.flops.alloc.estimate.Difference} and a
 * {@link dev.flops.alloc.estimate.Baseline}. Losses come first and the contraction with regenerated noise afterwards;
 * threads split outputs, never a sum. What a batch loses is a {@link dev.flops.alloc.estimate.BatchLoss}, which may couple its examples. Each estimator declares its {@link dev.flops.api.GradientTarget} and its
 * {@link dev.flops.api.SampleIndependence}.
 */
package dev.flops.alloc.estimate;
