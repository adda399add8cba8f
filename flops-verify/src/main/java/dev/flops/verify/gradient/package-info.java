/**
 * Statistical verification of gradient estimators: unbiasedness and variance, for any
 * {@link dev.flops.api.GradientEstimator}.
 */
package dev.flops.verify.gradient;
